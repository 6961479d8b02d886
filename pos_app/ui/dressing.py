"""Dressing a whole window: its stylesheet, the sizes that a stylesheet cannot reach, and its texts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui.theme.look import Look, dress_all
from pos_app.ui.theme.stylesheet import stylesheet
from pos_app.ui.theme.tokens import DARK, LIGHT, THEMES, Tokens


def tokens_for(theme: str) -> Tokens:
    """Return the tokens of a theme; ``system`` follows what the desktop prefers."""
    if theme == "system":
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return THEMES[theme]


def dress(window: QWidget, look: Look) -> None:
    """Put a look on a window and everything in it."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setFont(look.font(15))
        application.setPalette(palette_of(look.tokens))
    window.setStyleSheet(stylesheet(look))
    dress_all(window, look)


def palette_of(tokens: Tokens) -> QPalette:
    """Make the palette for what has no stylesheet: Qt's own dialogs."""
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, tokens.ground),
        (QPalette.ColorRole.Base, tokens.surface),
        (QPalette.ColorRole.AlternateBase, tokens.raised),
        (QPalette.ColorRole.Button, tokens.raised),
        (QPalette.ColorRole.Text, tokens.text),
        (QPalette.ColorRole.WindowText, tokens.text),
        (QPalette.ColorRole.ButtonText, tokens.text),
        (QPalette.ColorRole.PlaceholderText, tokens.muted),
        (QPalette.ColorRole.Highlight, tokens.accent),
        (QPalette.ColorRole.HighlightedText, tokens.on_accent),
        (QPalette.ColorRole.ToolTipBase, tokens.surface),
        (QPalette.ColorRole.ToolTipText, tokens.text),
        (QPalette.ColorRole.Link, tokens.accent_text),
    ):
        palette.setColor(role, QColor(colour))
    return palette

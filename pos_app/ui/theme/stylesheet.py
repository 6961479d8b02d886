"""The stylesheet, generated from a theme's tokens and the size: no colour and no length stands elsewhere.

Widgets say what they are by the dynamic property ``role``; ``tone`` says what a thing means (accept, ask,
refuse, accent, quiet).
"""

from string import Template

from pos_app.ui.theme.look import TOUCH, Look

_TEMPLATE = Template("""
* { color: $text; font-size: ${f15}px; outline: none; }
QMainWindow, QDialog, QWidget[role="ground"] { background: $ground; }
QLabel { background: transparent; }
QToolTip { background: $surface; color: $text; border: 1px solid $line; padding: ${p6}px; }

QWidget[role="card"] { background: $surface; border: 1px solid $line; border-radius: ${p14}px; }
QWidget[role="bar"] { background: $surface; border: none; border-bottom: 1px solid $line; }
QScrollArea[role="rail"] { background: $surface; border: none; border-right: 1px solid $line; }
QScrollArea[role="scrim"] { background: rgba(9, 12, 18, 150); border: none; }
QWidget[role="well"] { background: $raised; border: none; border-radius: ${p10}px; }
QWidget[role="clear"], QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QFrame[role="hairline"] { background: $line; border: none; }

QLabel[role="display"] { font-size: ${f40}px; font-weight: 700; }
QLabel[role="title"] { font-size: ${f26}px; font-weight: 700; }
QLabel[role="gives"] { font-size: ${f34}px; font-weight: 700; }
QLabel[role="heading"] { font-size: ${f18}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${f13}px; }
QLabel[role="caps"] { color: $muted; font-size: ${f12}px; font-weight: 600; }
QLabel[role="amount"] { font-size: ${f30}px; font-weight: 700; }
QLabel[role="value"] { font-size: ${f16}px; font-weight: 600; }
QLabel[tone="accept"] { color: $accept_text; }
QLabel[tone="ask"] { color: $ask_text; }
QLabel[tone="refuse"] { color: $refuse_text; }
QLabel[tone="accent"] { color: $accent_text; }

QPushButton, QToolButton {
  background: $raised; border: ${p2}px solid transparent; border-radius: ${p10}px;
  min-height: ${touch}px; padding: 0 ${p14}px; font-weight: 600;
}
QPushButton:hover, QToolButton:hover { background: $pressed; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; font-size: ${f18}px; font-weight: 700; }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed { background: $accent_pressed; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $pressed; color: $muted; }
QPushButton[role="key"] {
  font-size: ${f22}px; font-weight: 600; border-radius: ${p12}px; padding: 0;
  min-width: ${touch}px; min-height: ${touch}px; border: ${p2}px solid $line;
}
QPushButton[role="key"]:focus { border-color: $accent; }
QWidget[role="keys"] { background: $ground; border: none; border-top: 1px solid $line; }
QPushButton[role="letter"], QPushButton[role="letter_done"] {
  background: $surface; border: 1px solid $line; border-radius: ${p8}px; padding: 0; min-width: 0; min-height: 0;
  font-weight: 500;
}
QPushButton[role="letter"]:hover { background: $surface; }
QPushButton[role="letter"]:pressed { background: $pressed; border-color: $accent; }
QPushButton[role="letter"]:checked { background: $accent_soft; border-color: $accent; color: $accent_text; }
QPushButton[role="letter_done"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[role="letter_done"]:pressed { background: $accent_pressed; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; padding: 0 ${p10}px; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: $raised; }
QPushButton[role="icon"], QToolButton[role="icon"] {
  background: transparent; padding: 0; min-width: ${touch}px; border-radius: ${p10}px;
}
QPushButton[role="icon"]:hover, QToolButton[role="icon"]:hover { background: $raised; }
QPushButton[role="place"] {
  background: transparent; color: $muted; padding: 0; min-width: ${touch}px; border-radius: ${p10}px;
  font-size: ${f12}px;
}
QPushButton[role="place"]:hover { background: $raised; }
QPushButton[role="place"]:checked { background: $accent_soft; color: $accent_text; }
QPushButton[role="choice"] { text-align: left; padding: 0 ${p14}px; border-color: $line; background: $surface; }
QPushButton[role="choice"]:hover { background: $raised; }
QPushButton[role="choice"]:checked { border-color: $accent; background: $accent_soft; color: $accent_text; }
QPushButton[role="choice"]:focus { border-color: $accent; }
QPushButton[role="segment"] { padding: 0 ${p4}px; border-color: $line; background: $surface; }
QPushButton[role="segment"]:hover { background: $raised; }
QPushButton[role="segment"]:checked { border-color: $accent; background: $accent_soft; color: $accent_text; }
QPushButton[role="segment"]:focus { border-color: $accent; }
QPushButton[role="danger"] { background: $refuse; color: $on_refuse; font-size: ${f18}px; font-weight: 700; }
QPushButton[role="danger"]:focus { border-color: $text; }
QToolButton::menu-indicator { image: none; width: 0; }

QPushButton[role="segment"] { background: transparent; color: $muted; padding: 0 ${p2}px; }
QPushButton[role="segment"]:hover { background: $raised; }
QPushButton[role="segment"]:checked { background: $accent_soft; color: $accent_text; }
QPushButton[role="segment"]:focus { border-color: $accent; }
QPushButton[role="segment"]:disabled { color: $disabled; }
QPushButton[role="tile"] { background: $raised; border-color: $line; padding: 0; min-height: ${p62}px; }
QPushButton[role="tile"]:hover, QPushButton[role="tile"]:pressed { background: $pressed; }
QPushButton[role="tile"]:focus { border-color: $accent; }

QLineEdit {
  background: $surface; border: ${p2}px solid $outline; border-radius: ${p10}px; padding: 0 ${p12}px;
  min-height: ${touch}px; selection-background-color: $accent; selection-color: $on_accent;
  placeholder-text-color: $muted;
}
QLineEdit:focus { border-color: $accent; }
QLineEdit:disabled { color: $disabled; border-color: $line; }
QLineEdit[role="amount"] {
  background: $raised; border-color: $raised; font-size: ${f30}px; font-weight: 700; padding: 0 ${p14}px;
  min-height: ${p56}px;
}
QLineEdit[role="amount"]:focus { border-color: $accent; background: $surface; }

QComboBox {
  background: $raised; border: ${p2}px solid transparent; border-radius: ${p10}px; min-height: ${touch}px;
  padding: 0 ${p12}px;
}
QComboBox:hover { background: $pressed; }
QComboBox:focus, QComboBox:on { border-color: $accent; }
QComboBox::drop-down { border: none; width: ${p36}px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
  background: $surface; border: 1px solid $outline; selection-background-color: $accent_soft;
  selection-color: $text; padding: ${p4}px; outline: none;
}
QComboBox QAbstractItemView::item { min-height: ${touch}px; padding: 0 ${p10}px; }

QMenu { background: $surface; border: 1px solid $outline; padding: ${p6}px; }
QMenu::item { min-height: ${touch}px; padding: ${p10}px ${p20}px; border-radius: ${p8}px; }
QMenu::item:selected { background: $accent_soft; }

QListView[role="list"] {
  background: transparent; border: ${p2}px solid transparent; border-radius: ${p10}px; padding: ${p4}px;
}
QListView[role="list"]:focus { border-color: $accent; }

QProgressBar { background: $raised; border: none; border-radius: ${p4}px; max-height: ${p8}px; min-height: ${p8}px; }
QProgressBar::chunk { background: $accent; border-radius: ${p4}px; }

QScrollBar:vertical { background: transparent; width: ${p8}px; margin: 0; }
QScrollBar::handle:vertical { background: $outline; border-radius: ${p4}px; min-height: ${p36}px; }
QScrollBar:horizontal { background: transparent; height: ${p8}px; margin: 0; }
QScrollBar::handle:horizontal { background: $outline; border-radius: ${p4}px; min-width: ${p36}px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: none; width: 0; height: 0; border: none;
}

QWidget[role="strip"] { border: none; border-radius: ${p10}px; background: $accent_soft; }
QWidget[role="strip"][tone="accept"] { background: $accept_soft; }
QWidget[role="strip"][tone="ask"] { background: $ask_soft; }
QWidget[role="strip"][tone="refuse"] { background: $refuse_soft; }
QWidget[role="strip"][tone="quiet"] { background: $raised; }
QWidget[role="strip"][tone="accept"] QLabel { color: $accept_text; }
QWidget[role="strip"][tone="ask"] QLabel { color: $ask_text; }
QWidget[role="strip"][tone="refuse"] QLabel { color: $refuse_text; }
QWidget[role="strip"][tone="accent"] QLabel { color: $accent_text; }

QWidget[role="row"] { background: $raised; border: none; border-radius: ${p10}px; }
QWidget[role="row"][tone="vip"] { background: $accent_soft; }
QWidget[role="row"][tone="ask"] { background: $ask_soft; }
QWidget[role="row"][tone="ask"] QLabel { color: $ask_text; }
QLabel[role="keycap"] {
  background: $raised; border: 1px solid $outline; border-radius: ${p6}px; padding: ${p2}px ${p8}px;
  font-size: ${f13}px; font-weight: 600;
}
QLabel[role="tag"] {
  background: $accent; color: $on_accent; border-radius: ${p6}px; padding: ${p2}px ${p6}px;
  font-size: ${f12}px; font-weight: 700;
}
""")

_FONT_SIZES = (12, 13, 15, 16, 18, 22, 26, 30, 34, 40)
_LENGTHS = (2, 4, 6, 8, 10, 12, 14, 18, 20, 36, 56, 62)
_BORDER = 2


def stylesheet(look: Look) -> str:
    """Write the whole stylesheet for one look."""
    tokens = {name: getattr(look.tokens, name) for name in look.tokens.__slots__}
    fonts = {f"f{size}": look.px(size) for size in _FONT_SIZES}
    lengths = {f"p{length}": look.px(length) for length in _LENGTHS}
    return _TEMPLATE.substitute(tokens, **fonts, **lengths, touch=look.px(TOUCH) - 2 * look.px(_BORDER))

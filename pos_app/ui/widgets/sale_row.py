"""Rows of lists: one code of a basket, one sale of the day."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.text import OneLine, label, set_tone, show_if


class Row(QWidget):
    """An icon, a title over a smaller line, and a value at the right."""

    def __init__(self, sign: str) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "row")
        self.sign = Sign(sign, "muted", 20)
        self.title = OneLine("strong")
        self.note = OneLine("small")
        self.value = label("strong")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.note)
        self.row = QHBoxLayout(self)
        self.row.addWidget(self.sign)
        self.row.addLayout(texts, 1)
        self.row.addWidget(self.value)

    def say(self, title: str, note: str, value: str) -> None:
        """Fill the row in."""
        self.title.setText(title)
        self.note.setText(note)
        show_if(self.note, bool(note))
        self.value.setText(value)
        self.setAccessibleName(", ".join(part for part in (title, note, value) if part))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self.row.setContentsMargins(look.px(10), look.px(3), look.px(10), look.px(3))
        self.row.setSpacing(look.px(8))
        self.setMinimumHeight(look.px(44))


class CodeRow(Row):
    """A code that was applied, with what it gives in this basket, and a way to take it off."""

    remove = Signal()

    def __init__(self) -> None:
        super().__init__("ticket")
        self.off = Button("icon", sign="close", colour="muted", side=18)
        self.off.clicked.connect(self.remove)
        self.row.addWidget(self.off)

    def show_state(self, *, applies: bool, why: str = "", sign: str = "ticket") -> None:
        """Show whether the basket takes the code: by icon, by tone, and by the sentence in ``note``."""
        set_tone(self, "" if applies else "ask")
        set_tone(self.value, "accept" if applies else "ask")
        self.setToolTip(why)
        self.setAccessibleDescription(why)
        self.sign.show_icon(sign if applies else "alert", "accept_text" if applies else "ask_text")
        self.off.caption(self.tr("Take off"), self.tr("Take this code off the sale"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.row.setContentsMargins(look.px(10), 0, 0, 0)


class SaleRow(Row):
    """A sale that is done. A VIP's is marked by a star, a tag and a tint."""

    def __init__(self) -> None:
        super().__init__("receipt")
        self._vip = self._compact = False
        self.tag = label("tag")
        self.row.insertWidget(2, self.tag, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_vip(self, *, vip: bool) -> None:
        """Mark the sale of a VIP."""
        set_tone(self, "vip" if vip else "")
        self.sign.show_icon("star" if vip else "receipt", "accent" if vip else "muted")
        self.tag.setText(self.tr("VIP"))
        self._vip = vip
        self._arrange()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._compact = look.compact
        self._arrange()

    def _arrange(self) -> None:
        show_if(self.tag, self._vip)
        # A narrow list has no room for star, number, tag and amount: the tag says the most.
        show_if(self.sign, not (self._vip and self._compact))

"""The card of a guest who was chosen from a list."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, set_tone, show_if
from pos_app.ui.words.guests import ProfileText


class GuestProfile(Card):
    """Emits ``wanted`` when the guest is to go onto the bill, and ``back`` to leave the card."""

    wanted = Signal()
    back = Signal()

    def __init__(self) -> None:
        super().__init__(margin=18, spacing=8)
        self.sign = Sign("person", "accent_text", 40)
        self.name = label("title", wrap=True)
        self.phone = label("muted")
        self.tier = label("strong")
        self.gives = label("", wrap=True)
        self.points = label("heading", wrap=True)
        self.way, self.purchases = label("small"), label("muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.done, self.waiting, self.refused = Strip("accept"), Strip("accent", sign="wait"), Strip("refuse")
        self.leave = Button(sign="undo", side=18)
        self.take = Button("primary", sign="till", colour="on_accent", key="F9")
        self._head, self._answers = QHBoxLayout(), QHBoxLayout()
        self._head.addWidget(self.sign)
        self._head.addWidget(self.name, 1)
        self._answers.addWidget(self.leave, 1)
        self._answers.addWidget(self.take, 2)
        self.column.addWidget(self.done)
        self.column.addLayout(self._head)
        for part in (self.phone, self.tier, self.gives, self.points, self.bar, self.way, self.purchases):
            self.column.addWidget(part)
        self.column.addWidget(self.waiting)
        self.column.addWidget(self.refused)
        self.column.addStretch(1)
        self.column.addLayout(self._answers)
        self.take.clicked.connect(self.wanted)
        self.leave.clicked.connect(self.back)
        self.speak()

    def show_guest(self, text: ProfileText, *, registered: str = "") -> None:
        """Fill the card in; ``registered`` says that they have just been registered."""
        loyalty = text.loyalty
        self.name.setText(text.name)
        self.done.say(registered)
        for part, said in (
            (self.phone, text.phone),
            (self.tier, "" if loyalty.tier in loyalty.gives else loyalty.tier),
            (self.gives, loyalty.gives),
            (self.points, loyalty.points),
            (self.way, loyalty.way),
            (self.purchases, text.purchases),
        ):
            part.setText(said)
            show_if(part, bool(said))
        show_if(self.bar, loyalty.progress is not None)
        self.bar.setValue(loyalty.progress or 0)
        self.bar.setAccessibleName(loyalty.way)
        self.waiting.say("" if registered else text.waiting)
        if registered:
            self.done.say(registered, text.waiting)
        self.refused.say(text.refused, text.advice)
        self.take.setEnabled(not text.refused)
        self.setAccessibleName(text.name)
        set_tone(self.points, "accent")

    def offer_form(self, *, offered: bool) -> None:
        """Offer to go back to a form that is half filled in."""
        show_if(self.leave, offered)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.take.caption(self.tr("To the sale"), self.tr("Put this guest on the bill"))
        self.leave.caption(self.tr("Back to the form"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._head.setSpacing(look.px(12))
        self._answers.setSpacing(look.px(8))
        self.take.setMinimumHeight(look.px(52))

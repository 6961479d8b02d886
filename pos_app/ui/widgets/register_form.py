"""The form by which a guest registers."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.child_rows import ChildRows
from pos_app.ui.widgets.consent_button import ConsentButton
from pos_app.ui.widgets.finger_area import Content, FingerArea
from pos_app.ui.widgets.form_field import FormField
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import Typing
from pos_app.usecases.guest_results import ChildForm, Consent, Fault, GuestForm

MAX_CHARS = {"name": 200, "phone": 40, "email": 254, "referral": 200, "card": 200}
TYPING = {
    "name": Typing.NAME,
    "phone": Typing.FIGURES,
    "email": Typing.LATIN,
    "referral": Typing.LATIN,
    "card": Typing.LATIN,
}
_COLUMNS = 2


class RegisterForm(Card):
    """Emits ``edited`` with each change, and ``wanted``, ``cleared`` and ``cancelled`` by its buttons."""

    edited = Signal()
    wanted = Signal()
    cleared = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__(margin=14, spacing=8)
        self.title = label("heading")
        self.fields = {name: FormField(most=most, typing=TYPING[name]) for name, most in MAX_CHARS.items()}
        self.children_rows = ChildRows()
        self.consents = {consent: ConsentButton() for consent in Consent}
        self.consent_fault = label("small", wrap=True, tone="refuse")
        self.consent_fault.hide()
        self.problem = Strip("refuse")
        self.cancel, self.clear = Button(), Button("quiet", key="F6")
        # Shown with the button; the screen hears the key itself.
        self.cancel.key = "Esc"
        self.register = Button("primary", sign="check", colour="on_accent", key="F9")
        self._asks_referral = self._referral_required = False
        self._touched: set[str] = set()
        self._tried = False
        self._faults: tuple[Fault, ...] = ()
        self._lay_out()
        for name, field in self.fields.items():
            field.edited.connect(self.edited)
            field.left.connect(lambda name=name: self._touch(name))
        self.children_rows.edited.connect(self.edited)
        for box in self.consents.values():
            box.toggled.connect(lambda _checked: self.edited.emit())
        self.register.clicked.connect(self.wanted)
        self.clear.clicked.connect(self.cleared)
        self.cancel.clicked.connect(self.cancelled)
        self.speak()

    @property
    def form(self) -> GuestForm:
        """What is typed now."""
        return GuestForm(
            name=self.fields["name"].text,
            phone=self.fields["phone"].text,
            email=self.fields["email"].text,
            referral=self.fields["referral"].text if self._asks_referral else "",
            card=self.fields["card"].text,
            children=tuple(ChildForm(name=name, born=born) for name, born in self.children_rows.texts),
            consents=tuple(consent for consent, box in self.consents.items() if box.isChecked()),
        )

    @property
    def empty(self) -> bool:
        """Whether nothing is typed or ticked."""
        return self.form == GuestForm()

    def ask_for_referral(self, *, asked: bool, required: bool) -> None:
        """Ask for a referral code, or not: the network decides."""
        self._asks_referral, self._referral_required = asked, required
        show_if(self.fields["referral"], asked)
        self.speak()

    def start_over(self) -> None:
        """Empty every field."""
        for field in self.fields.values():
            field.edit.clear()
        self.children_rows.clear()
        for box in self.consents.values():
            box.setChecked(False)
        self._touched.clear()
        self._tried = False
        self.problem.say("")
        self.show_faults(())

    def show_faults(self, faults: Iterable[Fault], *, all_of_them: bool = False) -> None:
        """Say what is wrong, in the fields that a person has left, or everywhere once they tried to register."""
        self._faults = tuple(faults)
        self._tried = self._tried or all_of_them
        said: dict[str, str] = {}
        for fault in self._faults:
            if self._tried or fault.field in self._touched:
                said.setdefault(fault.field, f"{fault.sentence} {fault.advice}".strip())
        for name, field in self.fields.items():
            field.show_fault(said.get(name, ""))
        self.children_rows.show_fault(said.get("children", ""))
        self.consent_fault.setText(said.get("consent", ""))
        show_if(self.consent_fault, "consent" in said)

    def go_to_fault(self) -> None:
        """Put the focus where the first fault is."""
        for fault in self._faults:
            if fault.field in self.fields:
                self.fields[fault.field].edit.setFocus()
            elif fault.field == "children" and self.children_rows.rows:
                self.children_rows.rows[-1].name.setFocus()
            else:
                self.consents[Consent.DATA].setFocus()
            return

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.title.setText(self.tr("New guest"))
        self.fields["name"].name(self.tr("Name"), self.tr("First name and surname"))
        self.fields["phone"].name(self.tr("Phone"), self.tr("With country: +49 30 …"))
        self.fields["email"].name(self.tr("E-mail"), self.tr("If the guest likes"))
        self.fields["card"].name(self.tr("Card"), self.tr("Scan a card, if there is one"))
        referral = (
            self.tr("Referral code (required)") if self._referral_required else self.tr("Referral code")
        )
        self.fields["referral"].name(referral, self.tr("Scan or type it"))
        self.consents[Consent.DATA].caption(
            self.tr("Data may be kept"), self.tr("The guest agrees that their data is kept (required)")
        )
        self.consents[Consent.MESSAGES].caption(
            self.tr("Messages are welcome"), self.tr("The guest agrees to get messages")
        )
        self.register.caption(self.tr("Register"))
        self.clear.caption(self.tr("Clear"))
        self.cancel.caption(self.tr("Back"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._grid.setHorizontalSpacing(look.px(10))
        self._grid.setVerticalSpacing(look.px(4))
        self._inside.setSpacing(look.px(6))
        self._boxes.setSpacing(look.px(8))
        self._answers.setSpacing(look.px(8))
        self.register.setMinimumHeight(look.px(52))

    def _touch(self, name: str) -> None:
        if self.fields[name].text:
            self._touched.add(name)
            self.show_faults(self._faults)

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        for place, name in enumerate(("name", "phone", "email", "card", "referral")):
            self._grid.addWidget(self.fields[name], place // _COLUMNS, place % _COLUMNS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._boxes = QVBoxLayout()
        self._boxes.addWidget(self.consents[Consent.DATA])
        self._boxes.addWidget(self.consent_fault)
        self._boxes.addWidget(self.consents[Consent.MESSAGES])
        content = Content()
        self._inside = QVBoxLayout(content)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.addLayout(self._grid)
        self._inside.addLayout(self._boxes)
        self._inside.addWidget(self.children_rows)
        self._inside.addStretch(1)
        room = FingerArea(content)
        self._answers = QHBoxLayout()
        self._answers.addWidget(self.cancel, 1)
        self._answers.addWidget(self.clear, 1)
        self._answers.addWidget(self.register, 2)
        self.column.addWidget(self.title)
        self.column.addWidget(room, 1)
        self.column.addWidget(self.problem)
        self.column.addLayout(self._answers)

"""What the guests' room of the counter takes and hands back: plain, frozen, free of the GUI."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from pos_app.usecases.results import LookUp
from sync.rules.sale import Guest


class Consent(StrEnum):
    """What a guest may agree to. Without the first nobody is registered."""

    DATA = "data"
    MESSAGES = "messages"


class Alike(StrEnum):
    """In what a guest who is there already is like a newcomer."""

    PHONE = "phone"
    CARD = "card"
    NAME = "name"


class GuestFound(Struct, frozen=True, kw_only=True):
    """One guest as a list shows them. ``waiting``: registered here, and the office has not told of them yet.

    ``as_of_ms`` is when tier, points and purchases were true (None: never heard of).
    """

    guest: Guest
    name: str
    phone_last4: str
    as_of_ms: int | None
    waiting: bool = False


class Duplicate(Struct, frozen=True, kw_only=True):
    """A guest who may be the newcomer. Of :attr:`Alike.PHONE` and ``CARD`` there can be no second one."""

    alike: Alike
    found: GuestFound


class ChildForm(Struct, frozen=True, kw_only=True):
    """A child as it was typed; ``born`` as the language writes a day, or empty."""

    name: str
    born: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestForm:
    """A registration as it was typed, nothing of it judged yet. ``card`` is the text of a card to be handed over."""

    name: str = ""
    phone: str = ""
    email: str = ""
    referral: str = ""
    card: str = ""
    children: tuple[ChildForm, ...] = ()
    consents: tuple[Consent, ...] = ()


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with one field of a form, and what to do about it."""

    field: str
    reason: str
    sentence: str
    advice: str


class FormChecked(Struct, frozen=True, kw_only=True):
    """What a form comes to: its faults in the order of its fields, and who may be the same guest."""

    faults: tuple[Fault, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()

    @property
    def known(self) -> Duplicate | None:
        """The guest who is surely the newcomer, if any."""
        return next((each for each in self.duplicates if each.alike is not Alike.NAME), None)

    @property
    def maybe_known(self) -> bool:
        """Whether somebody of nearly the same name is there."""
        return bool(self.duplicates)


class RegisteredGuest(Struct, frozen=True, kw_only=True):
    """A registration that stands in the journal, and the guest as they go onto a bill."""

    event: UUID
    seq: int
    at_ms: int
    found: GuestFound
    look: LookUp

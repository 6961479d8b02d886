"""The children of a guest's profile: as they are kept, and sealed under the guest's own key."""

from sync.central.services.guest_publishing import GUEST_CHILDREN_FIELD
from sync.central.services.guest_seal import Seal
from sync.central.services.names import fit_name
from sync.protocol.guest_data import MAX_CHILDREN, Child
from sync.protocol.wire import canonical
from sync.rules.local_time import parse_day
from sync.rules.user_error import UserError


def fit_children(children: tuple[Child, ...]) -> tuple[Child, ...]:
    """Return children as they are kept; raises :class:`UserError` ``children_unfit`` or ``name_unfit``."""
    if len(children) > MAX_CHILDREN:
        raise UserError(
            "children_unfit", f"A profile has at most {MAX_CHILDREN} children.", "Leave some out."
        )
    for child in children:
        try:
            if child.born:
                parse_day(child.born)
        except ValueError:
            raise UserError(
                "children_unfit", "This is no day of birth.", "Write it as in 2019-05-31."
            ) from None
    return tuple(Child(name=fit_name(child.name), born=child.born) for child in children)


def seal_children(seal: Seal, children: tuple[Child, ...]) -> bytes | None:
    """Return what stands in ``guests.children_cipher``."""
    if not children:
        return None
    return seal.seal(GUEST_CHILDREN_FIELD, canonical(children).decode())

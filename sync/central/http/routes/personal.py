"""`/api/guests/{id}/export` and `/erase`: what the office holds of one guest, and taking it out."""

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.callers import Caller
from sync.central.http.central import Central
from sync.central.services.audit import record_by
from sync.central.services.login import GuestCaller, Person
from sync.central.services.personal.erasing import ErasedGuest, Ground, erase_guest
from sync.central.services.personal.exporting import GuestExport, export_guest
from sync.central.services.personal.family import family_of, no_such_guest
from sync.central.services.personal.repeating import list_erased

MAX_BYTES = 4 * 1024


class EraseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the guest is erased. There is no free text: the audit log keeps the reason, and nothing personal."""

    reason: Ground


@get("/{guest_id:int}/export", summary="Export what is held of a guest")
async def export(guest_id: FromPath[int], central: NamedDependency[Central], caller: Caller) -> GuestExport:
    """Return everything that names this guest, under any number that ever was theirs. Guests may ask for their own."""
    async with central.database.network_transaction(caller.network, repeatable_read=True) as connection:
        family = await family_of(connection, caller.network, guest_id)
        if isinstance(caller, GuestCaller) and caller.guest not in family.numbers:
            raise no_such_guest(guest_id)
        found = await export_guest(connection, central.secrets, caller.network, family)
    async with central.database.network_transaction(caller.network) as connection:
        await record_by(connection, caller, "guest.export", f"guest:{family.root}")
    return found


@post("/{guest_id:int}/erase", status_code=200, summary="Erase a guest", request_max_body_size=MAX_BYTES)
async def erase(
    guest_id: FromPath[int],
    data: JSONBody[EraseRequest],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> ErasedGuest:
    """Destroy the guest's key and whatever tells who they were. What was booked stays; it cannot be undone."""
    async with central.database.network_transaction(person.network) as connection:
        done = await erase_guest(
            connection, central.secrets, person.network, guest_id, ground=data.reason, actor=person.actor
        )
    if central.erased is not None:
        await list_erased(central.database, central.secrets, central.erased, person.network)
    return done


personal_routes = Router(
    "/api/guests", route_handlers=[export, erase], tags=["guests"], security=[{"bearer": []}]
)

"""A second person who agrees to what somebody does, and proves it by their own password."""

import hashlib
from typing import Any

from litestar import Request
from litestar.datastructures import State

from sync.central.http.callers import address_of
from sync.central.http.central import Central
from sync.central.services.login import Login, Person, prove
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType


async def second_person(
    request: Request[Any, Any, State], central: Central, person: Person, approval: Login | None
) -> int | None:
    """Return the number of the colleague who agrees, None where none is named.

    Wrong passwords count like those of signing in. Raises :class:`Refusal` ``forbidden``, not ``unauthenticated``:
    whoever asks is known.
    """
    if approval is None:
        return None
    address = address_of(request)
    account = hashlib.sha256(approval.email.strip().casefold().encode("utf-8", "surrogatepass")).hexdigest()
    central.logins_by_address.check(address)
    central.logins_by_account.check(account)
    try:
        network, staff = await prove(central.database, central.secrets, central.passwords, approval)
    except Refusal as refusal:
        if refusal.problem is not ProblemType.UNAUTHENTICATED:
            raise
        network, staff = 0, 0
    if network != person.network:
        central.logins_by_address.failed(address)
        central.logins_by_account.failed(account)
        raise Refusal(
            ProblemType.FORBIDDEN,
            "The second person's address or password is wrong.",
            "Let them type it again.",
        )
    return staff

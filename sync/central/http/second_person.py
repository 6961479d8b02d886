"""A second person who agrees to what somebody does, and proves it by their own password."""

import hashlib
from typing import Any

from litestar import Request
from litestar.datastructures import State

from sync.central.http.addresses import whose
from sync.central.http.bounds import WRONG_PROOF
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
    rates = central.bounds.rates
    tries = ((rates.wrong_logins, whose(address)), (rates.wrong_logins_account, account))
    try:
        async with central.bounds.guess(tries, WRONG_PROOF, address=address, network=person.network):
            network, staff = await prove(central.database, central.secrets, central.passwords, approval)
            if network != person.network:
                raise _wrong(ProblemType.UNAUTHENTICATED)
    except Refusal as refusal:
        if refusal.problem is ProblemType.UNAUTHENTICATED:
            raise _wrong(ProblemType.FORBIDDEN) from refusal
        raise
    return staff


def _wrong(problem: ProblemType) -> Refusal:
    return Refusal(problem, "The second person's address or password is wrong.", "Let them type it again.")

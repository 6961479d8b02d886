"""Uses of codes asked for by callers without a till."""

from typing import Any
from uuid import uuid4

from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.redeem import redeem_alone, try_out
from sync.rules.sale import Basket, Line
from tests.builders.office import Office

CALLER = "staff:1"


def asking(office: Office, code: str | int, **fields: Any) -> Asked:
    return Asked(
        **{"network": office.network, "caller": CALLER, "operation": uuid4(), "code": code, **fields}
    )


async def use(office: Office, code: str | int, **fields: Any) -> Redeemed:
    return await use_again(office, asking(office, code, **fields))


async def use_again(office: Office, asked: Asked) -> Redeemed:
    return await redeem_alone(office.database, office.secrets, asked)


async def look(office: Office, code: str | int, **fields: Any) -> Redeemed:
    async with office.database.network_transaction(office.network) as connection:
        return await try_out(connection, asking(office, code, **fields))


def bill(amount_minor: int) -> Basket:
    return Basket(lines=(Line(amount_minor=amount_minor),))

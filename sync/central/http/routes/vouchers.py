"""`/api/v1/vouchers`: making and changing them, analytics, attempts, wallets and the switch (document 003)."""

from typing import Annotated

from litestar import Router, get, patch, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.routes.voucher_codes import (
    change_one,
    create,
    list_all,
    picture_png,
    picture_svg,
    remove,
    show,
)
from sync.central.http.routes.voucher_scans import (
    Guest,
    claim_voucher,
    note_impressions,
    note_scan,
    provide_guest,
    redeem,
)
from sync.central.schema.numbers import MAX_ID
from sync.central.services.login import Person
from sync.central.services.scanning.attempts import AttemptView, list_attempts
from sync.central.services.scanning.figures import VoucherAnalytics, read_analytics
from sync.central.services.scanning.ids import read_id
from sync.central.services.scanning.switch import ScanSwitch, read_switch, turn_switch
from sync.central.services.scanning.wallet_desk import (
    CarriedVoucher,
    ClaimChange,
    WalletOrder,
    change_claim,
    list_wallet,
    order_wallet,
)
from sync.rules.wallet import ClaimStatus

Wanted = Annotated[ClaimStatus | None, QueryParameter(description="Only vouchers that stand so.")]

Succeeded = Annotated[bool | None, QueryParameter(description="Only those that did, or did not, succeed.")]


@get("/{voucher_id:str}/analytics", summary="Show the figures of a voucher")
async def analytics(
    voucher_id: FromPath[str], central: NamedDependency[Central], person: NamedDependency[Person]
) -> VoucherAnalytics:
    """Return scans, claims and redemptions of a voucher, exact as of this moment."""
    voucher = read_id(central.secrets, voucher_id, person.network)
    async with central.database.network_transaction(person.network, repeatable_read=True) as connection:
        return await read_analytics(connection, person.network, voucher.code)


@get("/{voucher_id:str}/attempts", summary="List attempts to redeem a voucher")
async def attempts(
    voucher_id: FromPath[str],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    successful: Succeeded = None,
) -> Page[AttemptView]:
    """Return who tried to redeem a voucher, the newest first, at tills and without one."""
    voucher = read_id(central.secrets, voucher_id, person.network)
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_attempts(
            connection,
            central.secrets,
            person.network,
            voucher.code,
            limit=paging.limit,
            offset=paging.offset,
            successful=successful,
        )
    return page_of(items, total, paging)


@get("/wallet", summary="List the own vouchers")
async def own_wallet(
    central: NamedDependency[Central],
    guest: Guest,
    paging: NamedDependency[Paging],
    status: Wanted = None,
) -> Page[CarriedVoucher]:
    """Return the vouchers that the guest has claimed, in the guest's order."""
    return await _page(central, guest.network, guest.guest, paging, status)


@get("/wallet/{guest_id:int}", summary="List a guest's vouchers")
async def wallet_of(
    guest_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    status: Wanted = None,
) -> Page[CarriedVoucher]:
    """Return the vouchers that a guest has claimed, for whoever serves them."""
    return await _page(central, person.network, max(0, min(guest_id, MAX_ID)), paging, status)


@put("/wallet/order", summary="Arrange the own vouchers")
async def arrange(
    data: JSONBody[WalletOrder],
    central: NamedDependency[Central],
    guest: Guest,
    paging: NamedDependency[Paging],
) -> Page[CarriedVoucher]:
    """Put the own vouchers into another order; the tills show them in it."""
    async with central.database.network_transaction(guest.network) as connection:
        await order_wallet(connection, central.secrets, guest.network, guest.guest, data)
    return await _page(central, guest.network, guest.guest, paging, None)


@patch("/{voucher_id:str}/wallet", summary="Change one of the own vouchers")
async def change(
    voucher_id: FromPath[str],
    data: JSONBody[ClaimChange],
    central: NamedDependency[Central],
    guest: Guest,
) -> CarriedVoucher:
    """Say when to be reminded of a voucher, or that it was looked at."""
    voucher = read_id(central.secrets, voucher_id, guest.network)
    async with central.database.network_transaction(guest.network) as connection:
        return await change_claim(connection, central.secrets, guest.network, guest.guest, voucher.code, data)


@get("/config", summary="Show whether vouchers may be scanned")
async def show_switch(central: NamedDependency[Central], person: NamedDependency[Person]) -> ScanSwitch:
    """Return whether scanning and claiming is on."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_switch(connection, person.network)


@put("/config", summary="Switch scanning of vouchers on or off")
async def change_switch(
    data: JSONBody[ScanSwitch], central: NamedDependency[Central], person: NamedDependency[Person]
) -> ScanSwitch:
    """Switch scanning and claiming on or off; vouchers can be redeemed either way."""
    async with central.database.network_transaction(person.network) as connection:
        return await turn_switch(connection, person, data)


async def _page(
    central: Central, network: int, guest: int, paging: Paging, status: ClaimStatus | None
) -> Page[CarriedVoucher]:
    async with central.database.network_transaction(network) as connection:
        items, total = await list_wallet(
            connection,
            central.secrets,
            network,
            guest,
            limit=paging.limit,
            offset=paging.offset,
            status=status,
        )
    return page_of(items, total, paging)


voucher_routes = Router(
    "/api/v1/vouchers",
    route_handlers=[
        note_scan,
        note_impressions,
        claim_voucher,
        redeem,
        list_all,
        create,
        show,
        change_one,
        remove,
        picture_png,
        picture_svg,
        analytics,
        attempts,
        own_wallet,
        wallet_of,
        arrange,
        change,
        show_switch,
        change_switch,
    ],
    dependencies={"guest": Provide(provide_guest)},
    tags=["vouchers"],
    security=[{"bearer": []}],
)

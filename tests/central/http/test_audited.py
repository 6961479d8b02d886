"""Every change that a person makes through the office's interface stands in the audit log, route by route.

A new route that changes something needs a line here: in ``DEEDS`` what to ask of it, or in ``NOT_AUDITED`` why it
leaves no entry.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from sync.central.http.allowed.table import ACCESS
from sync.central.http.allowed.tills import SYNC_ROOT
from sync.central.schema.words import Role
from sync.central.services.audit_reading import verify_audit
from sync.central.services.cases import CaseKind, NewCase, open_cases
from sync.central.services.making.engine import LOCK_CLASS
from tests.builders.callers import call, member, owner_headers
from tests.builders.office import PASSWORD, Office

pytestmark = pytest.mark.anyio

NOT_AUDITED = {
    "POST /api/auth/login": "signing in changes nothing but the sign-ins, which the table sessions keeps",
    "POST /api/auth/register": "asks for a code; nothing is made before the phone is proved",
    "POST /api/auth/code": "the same",
    "POST /api/auth/verify": "signs in; a guest who is made is noted as guest.register (test_registering)",
    "POST /api/auth/refresh": "goes on with a sign-in; one that is used twice is noted (test_sessions)",
    "POST /api/auth/logout": "ends one's own sign-in, with its time and reason in the table sessions",
    "DELETE /api/auth/sessions/{session_id}": "the same",
    "POST /api/referral-codes/generate": "proposes a text and makes nothing",
    "POST /api/campaigns/try": "tries a draft out and writes nothing",
    "POST /api/codes/sheet.pdf": "draws codes that are there and changes nothing",
    "POST /api/vip/validate": "says what a use would do and uses nothing",
    "POST /api/vip/use": "a use is a recorded fact: its redemption (or attempt) names who asked",
    "POST /api/referral-codes/use": "the same",
    "POST /api/admin/promo-codes/{code_id}/apply": "the same",
    "POST /api/v1/vouchers/{voucher_id}/redeem": "the same",
    "POST /api/v1/vouchers/{voucher_id}/scan": "a scan is counted in a table of its own, with who scanned",
    "POST /api/v1/vouchers/{voucher_id}/impressions": "only counted",
    "POST /api/v1/vouchers/{voucher_id}/claim": "a guest's own wallet: its claims keep when what became of them",
    "PATCH /api/v1/vouchers/{voucher_id}/wallet": "the same",
    "PUT /api/v1/vouchers/wallet/order": "the same",
    "POST /api/guest/{guest_id}/cards/digits": "six digits for some minutes, kept with their time beside the cards",
}
"""Routes that change something and leave no entry, each with the reason."""


class Deed(NamedTuple):
    """One change as the owner makes it, and how the log names it."""

    action: str
    body: dict[str, Any] | None = None
    platform: bool = False


SWITCHES = {"enabled": True, "required": False}
DEEDS = {
    "POST /api/auth/password": Deed(
        "staff.password", {"old_password": PASSWORD, "new_password": "another good one"}
    ),
    "POST /api/restaurants": Deed("restaurant.create", {"name": "New"}),
    "PATCH /api/restaurants/{restaurant_id}": Deed("restaurant.change", {"name": "Renamed"}),
    "DELETE /api/restaurants/{restaurant_id}": Deed("restaurant.change"),
    "POST /api/keys": Deed("api_key.create", {"name": "Shop", "scopes": ["vip:use"]}),
    "DELETE /api/keys/{key_id}": Deed("api_key.revoke"),
    "POST /api/staff": Deed("staff.create", {"name": "Casey", "role": "cashier", "pin": "4711"}),
    "PATCH /api/staff/{staff_id}": Deed("staff.change", {"name": "Renamed"}),
    "POST /api/staff/{staff_id}/sign-out": Deed("staff.sign_out"),
    "POST /api/platform/networks": Deed(
        "network.create",
        {"name": "Chain", "owner_email": "", "password": PASSWORD, "timezone": "Europe/Riga"},
        platform=True,
    ),
    "POST /api/guests": Deed("guest.create", {"name": "Bo"}),
    "PATCH /api/guest/{guest_id}": Deed("guest.change", {"blocked": False}),
    "POST /api/guest/{guest_id}/transaction": Deed("guest.sale", {"type": "SALE", "amount": 5.0}),
    "PUT /api/guest/{guest_id}/tier": Deed("guest.tier", {"tier": "GOLD"}),
    "PUT /api/guest/{guest_id}/children": Deed("guest.children", {"children": [{"name": "Cy", "born": ""}]}),
    "POST /api/guest/{guest_id}/cards": Deed("card.create"),
    "DELETE /api/guest/{guest_id}/cards/{card_id}": Deed("card.end"),
    "PATCH /api/loyalty": Deed("loyalty.change", {"model": "POINTS"}),
    "PUT /api/loyalty/card-design": Deed("loyalty.card_design", {"title": "Corner café"}),
    "POST /api/rewards": Deed("reward.create", {"name": "Tea", "points": 5}),
    "PATCH /api/rewards/{reward_id}": Deed("reward.change", {"points": 30}),
    "DELETE /api/rewards/{reward_id}": Deed("reward.delete"),
    "POST /api/vip/codes": Deed("vip.create", {"name": "Table", "code": "TABLE-VIP"}),
    "POST /api/vip/codes/individual": Deed("vip.create", {"name": "Ours", "count": 2}),
    "POST /api/vip/codes/group": Deed("vip.create", {"name": "Ours", "prefix": "GROUP"}),
    "PATCH /api/vip/codes/{vip_id}": Deed("vip.change", {"name": "Renamed"}),
    "POST /api/vip/codes/send": Deed("mail.queue", {"email_list": ["a@example.com"], "code_ids": []}),
    "POST /api/vip/codes/bulk_send": Deed("mail.queue", {"email_list": ["b@example.com"], "name": "Opening"}),
    "POST /api/vip/batches/{batch_id}/pause": Deed("mail.paused"),
    "POST /api/vip/batches/{batch_id}/resume": Deed("mail.running"),
    "POST /api/vip/batches/{batch_id}/cancel": Deed("mail.cancelled"),
    "DELETE /api/vip/codes/{vip_id}": Deed("vip.archive"),
    "PUT /api/referral-codes/config": Deed("referral.config", SWITCHES),
    "POST /api/referral-codes": Deed("referral.create", {}),
    "PATCH /api/referral-codes/{referral_id}": Deed("referral.change", {"max_uses": 7}),
    "POST /api/referral-codes/{referral_id}/toggle": Deed("referral."),
    "DELETE /api/referral-codes/{referral_id}": Deed("referral."),
    "POST /api/admin/promo-codes": Deed("promo.create", {"code": "SPRING"}),
    "PATCH /api/admin/promo-codes/{promo_id}": Deed("promo.change", {"description": "New"}),
    "DELETE /api/admin/promo-codes/{promo_id}": Deed("promo."),
    "POST /api/campaigns": Deed("campaign.create", {"kind": "PROMO", "name": "Summer"}),
    "PATCH /api/campaigns/{campaign_id}": Deed("campaign.change", {"name": "Autumn"}),
    "DELETE /api/campaigns/{campaign_id}": Deed("campaign.archive"),
    "PATCH /api/cases/{case_id}": Deed("case.", {"mine": True}),
    "PUT /api/alerts": Deed("alerts.", {"failures_from": 50}),
    "POST /api/codes/import": Deed("codes.import"),
    "POST /api/codes/bulk": Deed("codes.bulk", {"kind": "VOUCHER", "count": 3, "name": "Soup"}),
    "POST /api/codes/bulk/{order_id}/cancel": Deed("codes."),
    "POST /api/v1/vouchers": Deed("voucher.create", {"name": "Free soup"}),
    "PATCH /api/v1/vouchers/{voucher_id}": Deed("voucher.change", {"name": "Free salad"}),
    "DELETE /api/v1/vouchers/{voucher_id}": Deed("voucher."),
    "PUT /api/v1/vouchers/config": Deed("vouchers.switch", {"enabled": False}),
    "POST /api/tills": Deed("till.enrolment", {"name": "Bar", "restaurant_id": 0}),
    "PATCH /api/tills/{till_id}": Deed("till.rename", {"name": "Terrace"}),
    "POST /api/tills/{till_id}/enrolment": Deed("till.enrolment"),
    "POST /api/tills/{till_id}/recall": Deed("till.recall"),
    "POST /api/tills/{till_id}/revoke": Deed("till.revoke"),
    "POST /api/guests/{guest_id}/erase": Deed("guest.erase", {"reason": "asked"}),
}
"""In their order: what is made first is changed later, and what is ended is ended last."""


def changing() -> Iterator[str]:
    """Every route by which something may be changed, but for the tills' own, whose journals are the record."""
    for method, path in ACCESS:
        if method != "GET" and not path.startswith(SYNC_ROOT):
            yield f"{method} {path}"


def as_declared(route: str) -> str:
    """Return a route as the table has it: codes of several kinds have different numbers here."""
    for name in ("vip_id", "referral_id", "promo_id"):
        route = route.replace(f"{{{name}}}", "{code_id}")
    return route


def test_every_changing_route_is_tried_or_has_a_reason_why_not() -> None:
    tried = {as_declared(route) for route in DEEDS}
    assert set(changing()) - tried - set(NOT_AUDITED) == set(), "a change without a line here"
    assert (tried | set(NOT_AUDITED)) - set(changing()) == set(), "these are gone"
    assert tried & set(NOT_AUDITED) == set()
    assert all(NOT_AUDITED.values())


async def things(office: Office, owner: dict[str, str]) -> dict[str, Any]:
    """Something of every kind, by the names under which paths ask for it."""

    async def made(path: str, body: dict[str, Any]) -> Any:
        answer = await call(office, "POST", path, owner, body)
        assert answer.is_success, answer.text
        return answer.json()

    async with office.database.network_transaction(office.network) as connection:
        await open_cases(connection, office.network, None, [NewCase(kind=CaseKind.QUARANTINED)])
    vip = (await made("/api/vip/codes", {"name": "Table", "code": "FIRST-VIP"}))[0]["id"]
    letters = {"email_list": ["z@example.com"], "code_ids": [vip]}
    campaign = await office.campaign()
    return {
        "restaurant_id": await office.another_restaurant(),
        "key_id": (await made("/api/keys", {"name": "Shop", "scopes": ["vip:use"]}))["id"],
        "staff_id": (await member(office, Role.CASHIER)).staff,
        "guest_id": await office.guest("Ada", points=50),
        "card_id": await office.value("SELECT max(id) FROM cards"),
        "reward_id": (await made("/api/rewards", {"name": "Coffee", "points": 20}))["id"],
        "vip_id": vip,
        "batch_id": (await made("/api/vip/codes/send", letters))["batch_id"],
        "referral_id": (await made("/api/referral-codes", {}))["id"],
        "promo_id": (await made("/api/admin/promo-codes", {"code": "WINTER"}))["id"],
        "campaign_id": campaign.id,
        "case_id": await office.value("SELECT max(id) FROM cases"),
        "order_id": (await made("/api/codes/bulk", {"kind": "VOUCHER", "count": 2, "name": "Soup"}))["id"],
        "voucher_id": (await made("/api/v1/vouchers", {"name": "Soup"}))["id"],
        "till_id": (await office.till()).who.till,
    }


async def cancelled_under_way(office: Office, order: int, owner: dict[str, str]) -> httpx.Response:
    """Cancel an order of codes while it is being made: whoever makes orders waits for this lock."""
    async with office.database.network_transaction(office.network) as maker:
        await maker.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_CLASS, order)
        await office.execute("UPDATE code_batches SET status = 'running' WHERE id = $1", order)
        return await call(office, "POST", f"/api/codes/bulk/{order}/cancel", owner)


def fitted(deed: Deed, here: dict[str, Any], office: Office) -> dict[str, Any] | None:
    """Return what is sent, with the numbers that only now are known."""
    known = {
        "owner_email": f"{uuid4().hex}@example.com",
        "restaurant_id": office.restaurant,
        "code_ids": [here["vip_id"]],
    }
    if deed.body is None:
        return None
    return {name: known.get(name, value) for name, value in deed.body.items()}


async def test_every_change_is_written_down_with_who_made_it_and_the_chain_holds(office: Office) -> None:
    owner = await owner_headers(office)
    platform = (await member(office, Role.PLATFORM_OWNER)).headers
    here = await things(office, owner)
    wrong = []
    for route, deed in DEEDS.items():
        method, path = route.split(" ")
        before = await office.value("SELECT COALESCE(max(id), 0) FROM audit")
        who = platform if deed.platform else owner
        if path == "/api/codes/import":
            file = b"kind,code,name\nVOUCHER,SOUP-1,Soup\n"
            answer = await office.client.post(path, content=file, headers=who | {"Content-Type": "text/csv"})
        elif "{order_id}" in path:
            answer = await cancelled_under_way(office, here["order_id"], who)
        else:
            answer = await call(office, method, path.format_map(here), who, fitted(deed, here, office))
        entries = await office.fetch("SELECT actor, action FROM audit WHERE id > $1", before)
        fits = [
            row
            for row in entries
            if row["action"].startswith(deed.action) and row["actor"].startswith("staff:")
        ]
        if not answer.is_success or not fits:
            wrong.append((route, answer.status_code, answer.text[:200], [dict(row) for row in entries]))
    assert wrong == [], "\n".join(map(str, wrong))
    assert (await verify_audit(office.database, office.network)).problem is None

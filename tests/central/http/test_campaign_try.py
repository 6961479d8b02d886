"""A campaign is tried before it is saved: what it would give, and the worst that may come of it."""

from typing import Any

import httpx
import pytest

from sync.central.services.exposure import campaign_exposures
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from tests.builders.asking import use
from tests.builders.callers import call, owner_headers
from tests.builders.office import Office
from tests.builders.rules import fixed

pytestmark = pytest.mark.anyio

TEN_PERCENT = {"kind": "PROMO", "name": "Summer", "benefit": {"kind": "percent", "percent_bp": 1000}}
BILL = [{"amount": 12.5, "item": "soup"}, {"amount": 7.49, "item": "cake", "quantity": 2}]


class Desk:
    """The owner, who tries campaigns."""

    def __init__(self, office: Office, headers: dict[str, str]) -> None:
        self.office = office
        self.headers = headers

    async def ask(self, **body: Any) -> httpx.Response:
        return await call(self.office, "POST", "/api/campaigns/try", self.headers, body)

    async def tried(self, draft: dict[str, Any], **body: Any) -> dict[str, Any]:
        answer = await self.ask(campaign=draft, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_a_draft_says_what_it_gives_to_the_cent_and_saves_nothing(desk: Desk) -> None:
    tried = await desk.tried(TEN_PERCENT, basket=BILL)
    assert (tried["outcome"], tried["reason"], tried["currency"]) == ("accept", "ok", "EUR")
    assert (tried["total_minor"], tried["discount_minor"], tried["to_pay_minor"]) == (1999, 200, 1799)
    assert sum(tried["discount_by_line"]) == 200
    assert await desk.office.value("SELECT count(*) FROM campaigns") == 0
    assert await desk.office.value("SELECT count(*) FROM outbox WHERE tab = 'campaign'") == 0


@pytest.mark.parametrize(
    ("rules", "body", "reason"),
    [
        ({"min_basket_minor": 2_000}, {"basket": BILL}, "min_basket"),
        ({"items_included": ["tea"]}, {"basket": BILL}, "wrong_items"),
        ({"needs_guest": True}, {"basket": BILL}, "needs_guest"),
        ({"tiers": ["GOLD"]}, {"basket": BILL, "guest": {"tier": "SILVER"}}, "wrong_tier"),
        ({"first_purchase_only": True}, {"guest": {"purchases": 3}}, "not_first_purchase"),
        ({"ends_on": "2026-05-01"}, {"at": "2026-05-01T22:00:00Z"}, "ended"),
        ({"budget_minor": 100}, {"basket": BILL}, "budget_spent"),
        ({"status": "paused"}, {}, "campaign_paused"),
    ],
)
async def test_a_refusal_is_the_one_that_a_cashier_would_hear(
    desk: Desk, rules: dict[str, Any], body: dict[str, Any], reason: str
) -> None:
    tried = await desk.tried(TEN_PERCENT | rules, **body)
    assert (tried["outcome"], tried["reason"]) == ("refuse", reason)
    assert tried["sentence"]
    assert tried["discount_minor"] == 0


async def test_a_change_of_a_campaign_is_tried_on_a_code_of_it(desk: Desk) -> None:
    campaign = await desk.office.campaign(kind=Kind.PROMO, benefit=fixed(300))
    await desk.office.code(campaign, text="SUMMER-3")
    tried = await desk.tried(
        {"benefit": {"kind": "fixed", "amount_minor": 500}},
        campaign_id=campaign.id,
        code="summer3",
        basket=BILL,
    )
    assert tried["discount_minor"] == 500
    other = await desk.office.code(await desk.office.campaign(kind=Kind.PROMO, name="Other"), text="OTHER-3")
    assert other
    assert (await desk.tried({}, campaign_id=campaign.id, code="OTHER-3"))["outcome"] == "refuse"
    assert (
        await desk.office.value(
            "SELECT rules -> 'benefit' ->> 'amount_minor' FROM campaigns ORDER BY id LIMIT 1"
        )
        == "300"
    )


async def test_the_worst_case_of_a_new_campaign_is_what_its_tills_may_take_beyond_it(desk: Desk) -> None:
    for name in ("A", "B"):
        await desk.office.till(name)
    elsewhere = await desk.office.another_restaurant()
    await desk.office.till("C", restaurant=elsewhere)
    risky = TEN_PERCENT | {"policy": "allow_with_risk", "benefit": {"kind": "fixed", "amount_minor": 250}}
    everywhere = (await desk.tried(risky))["exposure"]
    assert (everywhere["tills"], everywhere["risk_uses"], everywhere["worst_case_minor"]) == (3, 15, 3_750)
    here = (await desk.tried(risky | {"restaurants": [elsewhere]}))["exposure"]
    assert (here["tills"], here["worst_case_uses"], here["worst_case_minor"]) == (1, 5, 1_250)
    little = (await desk.tried(risky | {"risk_allowance": 7, "budget_minor": 900}))["exposure"]
    assert (little["risk_uses"], little["most_minor"]) == (7, 900)
    assert (await desk.tried(TEN_PERCENT))["exposure"]["worst_case_minor"] == 0
    uncapped = (await desk.tried(TEN_PERCENT | {"policy": "allow_with_risk"}))["exposure"]
    assert (uncapped["worst_case_uses"], uncapped["worst_case_minor"], uncapped["most_minor"]) == (
        15,
        None,
        None,
    )


async def test_the_worst_case_of_a_standing_campaign_knows_uses_and_money_that_are_gone(desk: Desk) -> None:
    office = desk.office
    campaign = await office.campaign(
        kind=Kind.VIP, benefit=fixed(200), budget_minor=5_000, policy=Policy.ALLOW_WITH_RISK
    )
    await office.code(campaign, text="VIP-ONE-1", max_uses=4)
    assert (await use(office, "VIP-ONE-1")).accepted
    await office.execute(
        "UPDATE limits SET exposure = 2, spent = spent + 2 WHERE kind = 'uses' AND subject IN (SELECT id FROM codes)"
    )
    left = (await desk.tried({}, campaign_id=campaign.id))["exposure"]
    assert (left["left_uses"], left["booked_uses"], left["risk_uses"]) == (3, 2, 0)
    async with office.database.network_transaction(office.network) as connection:
        (standing,) = await campaign_exposures(connection, office.network, campaign.id)
    assert left["worst_case_uses"] == standing.worst_case == 2
    assert (left["worst_case_minor"], left["most_minor"]) == (400, 600)
    budget = await office.limit(campaign.id, LimitKind.BUDGET)
    assert budget["pool"] == 5_000 - budget["spent"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"campaign": {"kind": "PROMO"}}, 400),
        ({"campaign": TEN_PERCENT | {"colour": "red"}}, 400),
        ({"campaign": TEN_PERCENT | {"starts_on": "2030-02-01", "ends_on": "2030-01-01"}}, 400),
        ({"campaign": TEN_PERCENT, "basket": [{"amount": 1.999}]}, 400),
        ({"campaign": TEN_PERCENT, "at": "0001-01-01T00:00:00Z"}, 400),
        ({"campaign": TEN_PERCENT, "at": "9999-12-31T23:59:59Z"}, 400),
        ({"campaign_id": 77}, 404),
        ({"campaign": TEN_PERCENT, "restaurant_id": 999_999}, 404),
        ({"campaign": TEN_PERCENT, "guest": {"id": 999_999}}, 404),
        ({"campaign": TEN_PERCENT, "code": "NO-SUCH"}, 404),
    ],
)
async def test_what_cannot_be_tried_says_why(desk: Desk, body: dict[str, Any], status: int) -> None:
    answer = await desk.ask(**body)
    assert answer.status_code == status, answer.text
    assert answer.json()["title"]

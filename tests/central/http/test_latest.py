"""The page of newest sales and redemptions."""

import pytest

from sync.central.services.tokens import Tokens
from tests.builders.office import Office, problem_of, sale

pytestmark = pytest.mark.anyio


def link(office: Office, *, lifetime_s: int = 60) -> str:
    tokens = Tokens(office.secrets.jwt_key, office.secrets.link_key)
    return f"/latest?key={tokens.for_link(network=office.network, lifetime_s=lifetime_s)}"


async def test_an_empty_network_says_so(office: Office) -> None:
    response = await office.client.get(link(office))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "Nothing has been sold yet." in response.text


async def test_sales_and_redemptions_are_shown_newest_first_as_page_and_as_json(office: Office) -> None:
    campaign = await office.campaign(name="Spring <b>&</b> co")
    code = await office.code(campaign, name='Voucher "One"', max_uses=2)
    till = await office.till("Bar")
    lease = await till.lease(code)
    for receipt in (1, 2):
        event = till.redeem(code, lease=lease) if receipt == 1 else None
        till.write(sale(receipt=receipt, redemptions=(event,) if event else (), vip=receipt == 2))
    await till.upload()
    page = (await office.client.get(link(office))).text
    assert "Spring &lt;b&gt;&amp;&lt;/b&gt; co" in page
    assert "Voucher &quot;One&quot;" in page
    assert "12.50\u00a0EUR" in page
    for addition in ("&format=json", ""):
        headers = {} if addition else {"Accept": "application/json"}
        body = (await office.client.get(link(office) + addition, headers=headers)).json()
        assert [each["receipt"] for each in body["sales"]] == [2, 1]
        assert [(each["uses"], each["max_uses"], each["till"]) for each in body["redemptions"]] == [
            (1, 2, "Bar")
        ]


async def test_the_page_brings_everything_with_it_and_leaks_no_address(office: Office) -> None:
    response = await office.client.get(link(office))
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
    for outside in ("<script", "<link", "src=", "http://", "https://", "@import", "url("):
        assert outside not in response.text


async def test_a_link_ends(office: Office) -> None:
    assert problem_of(await office.client.get(link(office, lifetime_s=-1))) == "unauthenticated"

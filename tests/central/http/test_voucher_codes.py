"""Vouchers made, changed, printed and taken out of use at the office (document 003)."""

from typing import Any, ClassVar
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
import zxingcpp

from sync.protocol.keys import VerifyKey
from sync.protocol.vouchers import check_voucher
from sync.rules.code import Kind
from sync.rules.voucher_text import SignedVoucher
from tests.builders.callers import bearer, call, guest_token, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.office_desk import OfficeDesk

pytestmark = pytest.mark.anyio

ROOT = "/api/v1/vouchers"


class Desk(OfficeDesk):
    """The owner at the vouchers."""

    root = ROOT
    usual: ClassVar[dict[str, Any]] = {"name": "Free soup"}


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_a_voucher_without_wishes_is_drawn_good_for_one_use_and_in_the_networks_own_campaign(
    desk: Desk,
) -> None:
    made, again = await desk.make(), await desk.make()
    assert (len(made["code"]), made["maxUses"], made["usesRemaining"]) == (12, 1, 1)
    assert (made["status"], made["badge"], made["valid"]) == ("active", "active", True)
    assert (made["scanCount"], made["claimCount"], made["impressions"]) == (0, 0, 0)
    assert made["campaignId"] == again["campaignId"]
    assert await desk.get(f"/{made['id']}") == made
    assert await desk.get(f"/{made['codeId']}") == made
    assert (await desk.get())["items"] == [again, made]
    listed = await desk.get(f"?code={made['code'].lower()}&campaignId={made['campaignId']}&status=active")
    assert listed["items"] == [made]
    assert (await desk.get("?status=inactive"))["total"] == 0


async def test_the_list_counts_scans_views_and_claims(desk: Desk) -> None:
    made = await desk.make(maxUses=3)
    guest = bearer(await guest_token(desk.office))
    await call(desk.office, "POST", f"{ROOT}/{made['id']}/impressions", {}, {"count": 7})
    for headers in ({}, guest):
        await call(desk.office, "POST", f"{ROOT}/{made['id']}/scan", headers, {"scanSource": "LINK"})
    await call(desk.office, "POST", f"{ROOT}/{made['id']}/claim", guest, {})
    (seen,) = (await desk.get())["items"]
    assert (seen["scanCount"], seen["claimCount"], seen["impressions"]) == (2, 1, 7)


async def test_a_change_is_heard_by_the_tills_and_an_old_version_is_refused(desk: Desk) -> None:
    made = await desk.make(maxUses=5)
    change = {"name": "Free cake", "maxUses": 8, "status": "inactive", "version": made["version"]}
    changed = (await desk.ask("PATCH", f"/{made['id']}", change)).raise_for_status().json()
    assert (changed["name"], changed["maxUses"], changed["status"]) == ("Free cake", 8, "inactive")
    assert changed["valid"] is False
    stale = await desk.ask("PATCH", f"/{made['id']}", change | {"name": "Free tea"})
    assert problem_of(stale) == "conflict"
    told = await desk.office.value(
        "SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1", made["codeId"]
    )
    assert told == 2
    pool = await desk.office.value(
        "SELECT pool FROM limits WHERE kind = 'uses' AND subject = $1", made["codeId"]
    )
    assert pool == 8


async def test_a_deleted_voucher_is_gone_from_lists_and_keeps_its_text_taken(desk: Desk) -> None:
    made = await desk.make(code="SOUP-2030")
    assert (await desk.ask("DELETE", f"/{made['id']}")).status_code == 204
    assert (await desk.ask("GET", f"/{made['id']}")).status_code == 404
    assert (await desk.ask("DELETE", f"/{made['id']}")).status_code == 404
    assert (await desk.get())["total"] == 0
    assert problem_of(await desk.ask("POST", "", {"name": "Soup", "code": "soup 2030"})) == "conflict"


async def test_the_same_key_makes_one_voucher(desk: Desk) -> None:
    body = {"name": "Free soup"}
    first = await desk.ask("POST", "", body, **{"Idempotency-Key": "a"})
    assert (await desk.ask("POST", "", body, **{"Idempotency-Key": "a"})).json() == first.json()
    assert (await desk.get())["total"] == 1
    other = await desk.ask("POST", "", {"name": "Other"}, **{"Idempotency-Key": "a"})
    assert problem_of(other) == "key-reused"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " "},
        {"name": "Soup", "maxUses": 0},
        {"name": "Soup", "status": "archived"},
        {"name": "Soup", "expiresAt": "2001-01-01T00:00:00Z"},
        {"name": "Soup", "customerId": 99},
        {"name": "Soup", "campaignId": 0},
        {"name": "Soup", "code": "x"},
        {"name": "Soup", "discount": 5},
    ],
)
async def test_what_does_not_fit_makes_nothing(desk: Desk, body: dict[str, Any]) -> None:
    answer = await desk.ask("POST", "", body)
    assert answer.status_code == 400, answer.text
    assert (await desk.get())["total"] == 0


async def test_codes_of_other_kinds_are_no_vouchers(desk: Desk) -> None:
    campaign = await desk.office.campaign(kind=Kind.PROMO)
    code = await desk.office.code(campaign)
    for method in ("GET", "PATCH", "DELETE"):
        assert (await desk.ask(method, f"/{code}", {} if method == "PATCH" else None)).status_code == 404
    assert (await desk.ask("POST", "", {"name": "Soup", "campaignId": campaign.id})).status_code == 400


async def test_the_pictures_read_as_the_code_and_the_signed_one_proves_itself(desk: Desk) -> None:
    made = await desk.make(maxUses=2)
    png = await desk.ask("GET", f"/{made['id']}/qr.png?pixels=6")
    assert (png.headers["Content-Type"], png.headers["Cache-Control"]) == ("image/png", "no-store")
    assert read(png.content) == made["code"]
    signed = read((await desk.ask("GET", f"/{made['id']}/qr.png?signed=true")).content)
    key = await desk.office.value("SELECT content FROM network_keys WHERE purpose = 'voucher'")
    proven = check_voucher(signed, desk.office.network, {1: VerifyKey(key)})
    assert isinstance(proven, SignedVoucher)
    assert (proven.code_id, proven.max_uses) == (made["codeId"], 2)
    svg = await desk.ask("GET", f"/{made['id']}/qr.svg")
    assert svg.headers["Content-Type"].startswith("image/svg+xml")
    assert read_squares(svg.content) == read_pixels(png.content, 6)


async def test_a_voucher_without_a_limit_is_printed_but_not_signed(desk: Desk) -> None:
    made = await desk.make(maxUses=None)
    assert (await desk.ask("GET", f"/{made['id']}/qr.svg")).status_code == 200
    refused = await desk.ask("GET", f"/{made['id']}/qr.svg?signed=true")
    assert refused.status_code == 400
    assert "without a limit is not signed" in refused.json()["title"]
    assert (await desk.ask("GET", f"/{made['id']}/qr.png?pixels=0")).status_code == 400


def image(content: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)


def read(content: bytes) -> str:
    found = zxingcpp.read_barcode(image(content))
    assert found is not None
    return found.text


def read_pixels(content: bytes, size: int) -> list[list[bool]]:
    return [[bool(value < 128) for value in row] for row in image(content)[::size, ::size]]


def read_squares(content: bytes) -> list[list[bool]]:
    """Fill the path of the picture square by square."""
    root = ET.fromstring(content)
    side = int(root.attrib["viewBox"].split()[2])
    squares = [[False] * side for _ in range(side)]
    for run in root[1].attrib["d"].split("M")[1:]:
        start, rest = run.split(" ", 1)
        row, width = rest.split("v")[0].split("h")
        for column in range(int(start), int(start) + int(width)):
            squares[int(row)][column] = True
    return squares

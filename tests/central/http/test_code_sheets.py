"""Sheets of codes to print, as somebody sees them who holds a telephone over the paper."""

from typing import Any

import httpx
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from sync.central.schema.words import Role
from sync.central.services.making.engine import LOCK_CLASS, Came, make_order
from sync.central.services.making.sheets import MAX_ON_SHEETS
from sync.rules.code import Kind
from tests.builders.callers import member, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.office_desk import OfficeDesk

pytestmark = pytest.mark.anyio

DOTS = 3.0
"""Pixels of a PDF's point: 216 dots an inch."""
ROW = 50
"""Pictures of one row begin within fewer pixels of the same height, those of the next one further down."""


class Desk(OfficeDesk):
    """The owner, who prints codes."""

    root = "/api/codes"

    async def order(self, count: int) -> int:
        """Have vouchers made, or wait for the office's own job, which may have been faster."""
        body = {
            "kind": "VOUCHER",
            "count": count,
            "name": "Бесплатный суп",
            "expires_at": "2099-12-31T15:00:00Z",
        }
        order: int = (await self.ask("POST", "/bulk", body)).raise_for_status().json()["id"]
        office = self.office
        if await make_order(office.database, office.secrets, office.network, order) is Came.ELSEWHERE:
            await office.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_CLASS, order)
        return order

    async def texts(self, order: int) -> list[str]:
        rows = await self.office.fetch("SELECT code FROM codes WHERE batch_id = $1 ORDER BY id", order)
        return [row["code"] for row in rows]


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


def read(answer: httpx.Response) -> list[list[str]]:
    """Return what the pictures of each page hold, row by row."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return [_read_page(page) for page in pypdfium2.PdfDocument(answer.content)]


def _read_page(page: Any) -> list[str]:
    picture = np.ascontiguousarray(page.render(scale=DOTS, grayscale=True).to_numpy())
    found = [(code.position.top_left, code.text) for code in zxingcpp.read_barcodes(picture)]
    return [text for _, text in sorted(found, key=lambda code: (round(code[0].y / ROW), code[0].x))]


def words(answer: httpx.Response) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))


async def test_every_code_of_an_order_can_be_read_from_its_sheets(desk: Desk) -> None:
    await desk.office.execute("UPDATE networks SET zone = 'Asia/Tokyo'")
    order = await desk.order(30)
    answer = await desk.ask("GET", f"/bulk/{order}/sheet.pdf")
    pages = read(answer)
    assert [code for page in pages for code in page] == await desk.texts(order)
    assert len(pages) == 2
    told = words(answer)
    assert "Бесплатный суп" in told
    assert "2099-12-31" in told, "by the network's own clock the year ends at that very moment"
    assert all(code in told for code in await desk.texts(order))


async def test_a_large_order_is_printed_part_by_part(desk: Desk) -> None:
    order = await desk.order(MAX_ON_SHEETS + 3)
    texts = await desk.texts(order)
    last = await desk.ask("GET", f"/bulk/{order}/sheet.pdf?part=2&columns=2")
    assert [code for page in read(last) for code in page] == texts[MAX_ON_SHEETS:]
    gone = await desk.ask("GET", f"/bulk/{order}/sheet.pdf?part=3")
    assert (gone.status_code, problem_of(gone)) == (404, "not-found")
    assert "2" in gone.json()["detail"]


async def test_chosen_codes_are_printed_in_their_order_and_none_of_another_network(
    desk: Desk, office: Office
) -> None:
    campaign = await office.campaign(kind=Kind.VIP)
    first, second = [
        await office.code(campaign, text=text, name="A very long name " * 9) for text in ("VIP-A", "VIP-B")
    ]
    answer = await desk.ask("POST", "/sheet.pdf", {"ids": [second, first], "columns": 6})
    assert read(answer) == [["VIP-B", "VIP-A"]]
    assert "…" in words(answer)
    for misfit, status in (([first, 2**40], 404), ([], 400), ([first] * (MAX_ON_SHEETS + 1), 400)):
        refused = await desk.ask("POST", "/sheet.pdf", {"ids": misfit})
        assert refused.status_code == status
        assert refused.json()["detail"]


async def test_signed_vouchers_are_printed_signed_and_nothing_else_is(desk: Desk, office: Office) -> None:
    order = await desk.order(2)
    pages = read(await desk.ask("GET", f"/bulk/{order}/sheet.pdf?signed=true&columns=2"))
    texts = await desk.texts(order)
    assert [len(page) for page in pages] == [2]
    assert all(text not in texts and len(text) > 100 for text in pages[0])
    vip = await office.code(await office.campaign(kind=Kind.VIP), text="VIP-A")
    refused = await desk.ask("POST", "/sheet.pdf", {"ids": [vip], "signed": True})
    assert refused.status_code == 400
    assert "vouchers" in refused.json()["title"]


async def test_a_cashier_prints_no_codes(desk: Desk, office: Office) -> None:
    order = await desk.order(1)
    desk.headers = (await member(office, Role.CASHIER)).headers
    assert (await desk.ask("GET", f"/bulk/{order}/sheet.pdf")).status_code == 403

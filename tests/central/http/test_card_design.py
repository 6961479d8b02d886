"""How loyalty cards look: chosen by the office, kept readable, and drawn."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import cv2
import httpx
import msgspec
import numpy as np
import pytest
import zxingcpp

from sync.central.services.loyalty.card_design import MIN_CONTRAST, CardDesign, contrast
from tests.builders.callers import bearer, call, guest_token, owner_headers
from tests.builders.office import Office, new_office
from tests.builders.office_desk import OfficeDesk

pytestmark = pytest.mark.anyio

GOLD = {"ground": "#D4AF37", "words": "#000000", "stripe": "#111111"}
_SVG = "{http://www.w3.org/2000/svg}"
_DOTS = 4
"""Pixels a square of the code has a side where a test looks at it."""


class Desk(OfficeDesk):
    """The owner at the design of cards."""

    root = "/api/loyalty/card-design"

    async def put(self, **fields: Any) -> httpx.Response:
        return await self.ask("PUT", "", fields)

    async def preview(self, tier: str = "") -> ET.Element:
        answer = await self.ask("GET", f"/preview.svg?tier={tier}")
        assert answer.headers["content-type"] == "image/svg+xml"
        return ET.fromstring(answer.text)


@pytest.fixture
async def desk(office: Office) -> Desk:
    await office.execute(
        "UPDATE networks SET tiers = $1 WHERE id = $2",
        [{"name": "GOLD", "percent_bp": 500, "from_points": 0}],
        office.network,
    )
    return Desk(office, await owner_headers(office))


def words(card: ET.Element) -> list[str]:
    return [line.text or "" for line in card.iter(f"{_SVG}text")]


def ground(card: ET.Element) -> str:
    return card.findall(f"{_SVG}rect")[0].attrib["fill"]


def code(card: ET.Element) -> str:
    """Read the QR code as it is drawn, square by square."""
    (path,) = card.findall(f"{_SVG}path")
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1", path.attrib["d"])]
    side = max(y for _, y, _ in runs) + 5
    picture = np.full((side, side), 255, np.uint8)
    for x, y, length in runs:
        picture[y, x : x + length] = 0
    large = cv2.resize(picture, None, fx=_DOTS, fy=_DOTS, interpolation=cv2.INTER_NEAREST)
    (found,) = zxingcpp.read_barcodes(large)
    return found.text


async def test_without_a_design_a_card_says_the_networks_name_and_can_be_read(desk: Desk) -> None:
    assert await desk.get() == {
        "title": "", "tagline": "", "tiers": {}, "show_tier": True,
        "colours": {"ground": "#14213d", "words": "#ffffff", "stripe": "#fca311"},
    }  # fmt: skip
    card = await desk.preview()
    name = await desk.office.value("SELECT name FROM networks WHERE id = $1", desk.office.network)
    assert " ".join(words(card)) == name
    assert code(card) == "SPECIMEN"
    usual = CardDesign().colours
    assert contrast(usual.ground, usual.words) >= MIN_CONTRAST


async def test_a_tier_has_colours_of_its_own(desk: Desk) -> None:
    set_ = await desk.put(title="Кофейня <&>", tagline="Every tenth is free", tiers={"GOLD": GOLD})
    assert set_.status_code == 200, set_.text
    assert set_.json()["tiers"]["GOLD"]["ground"] == "#d4af37"
    assert set_.json() == await desk.get()
    plain, gold = await desk.preview(), await desk.preview("GOLD")
    assert (ground(plain), ground(gold)) == ("#14213d", "#d4af37")
    assert " ".join(words(gold)) == "Кофейня <&> Every tenth is free GOLD"
    await desk.put(show_tier=False)
    assert "GOLD" not in words(await desk.preview("GOLD"))
    audited = await desk.office.fetch(
        "SELECT detail FROM audit WHERE action = 'loyalty.card_design' ORDER BY id"
    )
    assert [row["detail"]["title"] for row in audited] == ["Кофейня <&>", ""]


async def test_long_words_are_set_small_enough_to_stay_beside_the_code(desk: Desk) -> None:
    for title in ("Кофейня на углу Садовой и Малой", "W" * 60):
        await desk.put(title=title, tagline="M" * 60)
        card = await desk.preview("GOLD")
        assert "".join(words(card)).replace(" ", "") == title.replace(" ", "") + "M" * 60 + "GOLD"
        left = float(card.findall(f"{_SVG}rect")[-1].attrib["x"])
        for line in card.iter(f"{_SVG}text"):
            wide = float(line.attrib["font-size"]) * 0.7 * len(line.text or "")
            assert float(line.attrib["x"]) + wide < left, line.text
        downs = [
            float(line.attrib["y"]) - float(line.attrib["font-size"]) for line in card.iter(f"{_SVG}text")
        ]
        ends = [0.0, *(float(line.attrib["y"]) for line in card.iter(f"{_SVG}text"))]
        assert all(begin >= end for begin, end in zip(downs, ends, strict=False)), "no line stands on another"


@pytest.mark.parametrize(
    ("misfit", "told"),
    [
        ({"colours": {"ground": "#777777", "words": "#888888"}}, "hard to read"),
        ({"colours": {"ground": "red"}}, "no colour"),
        ({"colours": {"ground": '#fff"/><script'}}, "no colour"),
        ({"tiers": {"SILVER": GOLD}}, "no tier SILVER"),
        ({"title": "a\u0000b"}, "visible"),
    ],
)
async def test_a_design_that_does_not_fit_is_refused_and_the_old_one_stays(
    desk: Desk, misfit: dict[str, Any], told: str
) -> None:
    before = (await desk.put(title="Good")).json()
    refused = await desk.put(**misfit)
    assert (refused.status_code, told in refused.json()["title"]) == (400, True), refused.text
    assert refused.json()["detail"]
    assert await desk.get() == before
    assert (await desk.put(title="x" * 61)).status_code == 400


async def test_a_new_card_comes_with_its_picture(desk: Desk, office: Office) -> None:
    guest = await office.guest()
    await office.execute("UPDATE guests SET tier = 'GOLD' WHERE id = $1", guest)
    await desk.put(tiers={"GOLD": GOLD})
    headers = bearer(await guest_token(office, guest))
    made = (await call(office, "POST", f"/api/guest/{guest}/cards", headers, {})).raise_for_status().json()
    card = ET.fromstring(made["picture"])
    assert code(card) == made["card"]
    assert ground(card) == "#d4af37"


async def test_another_network_has_its_own(desk: Desk, central: Any) -> None:
    await desk.put(title="Ours")
    other = await new_office(*central)
    assert await Desk(other, await owner_headers(other)).get() == msgspec.to_builtins(CardDesign())

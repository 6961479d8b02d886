"""Receipts to print, in one readable line."""

from typing import Any

from pos_app.receipts.content import GuestPart, Item, Kind, Off, Receipt, Tax
from pos_app.receipts.setup import Setup, read_address
from pos_app.receipts.typeset import PAPERS

NOON = 1_767_268_800_000
PROOF = "CSR1:" + "ABCDEFGHJK23456789MN" * 14 + "." + "ABCDEFGHJK" * 10
"""As long as a real one."""


def a_receipt(**fields: Any) -> Receipt:
    """A lunch with everything on it, at noon UTC on New Year's Day 2026 (13:00 in Berlin)."""
    plain: dict[str, Any] = {
        "kind": Kind.SALE,
        "network_name": "Trattoria",
        "restaurant_name": "Old Town",
        "till_name": "Bar",
        "cashier": "Marta Klein",
        "number": 17,
        "at_ms": NOON,
        "zone": "Europe/Berlin",
        "currency": "EUR",
        "exponent": 2,
        "items": (Item(name="Espresso", amount_minor=560, quantity=2), Item(name="", amount_minor=123440)),
        "off": (Off(name="Lunch offer", amount_minor=400), Off(name="Tier GOLD", amount_minor=100)),
        "taxes": (Tax(group="food", amount_minor=123000), Tax(group="drinks", amount_minor=500)),
        "total_minor": 124000,
        "discount_minor": 500,
        "paid_minor": 123500,
        "points_minor": 500,
        "guest": GuestPart(name="Anna P.", tier="GOLD", balance=3420, as_of_ms=NOON, earned=21, spent=500),
        "vip": True,
        "proof": PROOF,
        "event": "0190-x",
    }
    return Receipt(**{**plain, **fields})


def a_setup(address: str = "none", *, width: int = 80, **fields: Any) -> Setup:
    return Setup(address=read_address(address), paper=PAPERS[width], **fields)

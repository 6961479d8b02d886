"""Looking a sale up and giving it back from the command line: said after COMMIT, one JSON line each."""

from pathlib import Path

import pytest

from pos_app.bootstrap import open_counter
from pos_app.settings import load_settings
from pos_app.usecases.results import Sold
from pos_app.usecases.source import Source
from sync.rules.sale import Line
from tests.builders.shop import Shop
from tests.builders.till_process import answers, till

LINES = (Line(amount_minor=1000, item="soup"), Line(amount_minor=500, item="tea"))


def sold(home: Path) -> Sold:
    with open_counter(load_settings({"home": str(home), "offline": True})) as running:
        counter = running.counter
        return counter.sell(LINES, [counter.look_up("OPEN", Source.TYPED, lines=LINES)])


def test_a_sale_is_found_refunded_by_line_and_the_rest_by_default(shop: Shop) -> None:
    sale = sold(shop.home)
    (found,) = answers(till(shop.home, "sale", str(sale.receipt), "--offline"))
    assert (found["event"], found["own"], found["done"]) == (str(sale.event), True, False)
    (first,) = answers(till(shop.home, "refund", str(sale.event), "--offline", "--line", "2=1.50"))
    assert (first["kind"], first["original"], first["amount_minor"]) == ("refund", str(sale.event), 150)
    (rest,) = answers(till(shop.home, "refund", str(sale.receipt)))
    assert first["amount_minor"] + rest["amount_minor"] == sale.paid_minor
    assert shop.central.kinds()[-2:] == ["refund", "refund"]
    again = till(shop.home, "refund", str(sale.receipt), "--offline")
    assert (again.returncode, again.stdout) == (1, b"")
    assert b"nothing left to give back" in again.stderr
    (verified,) = answers(till(shop.home, "journal", "verify"))
    assert verified["ok"]


def test_a_sale_or_a_use_is_voided_once(shop: Shop) -> None:
    sale = sold(shop.home)
    (use,) = answers(till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n"))
    refused = till(shop.home, "refund", use["event"], "--offline")
    assert refused.returncode == 1
    assert b"as a whole" in refused.stderr
    for event, amount in ((str(sale.event), sale.paid_minor), (use["event"], 0)):
        (undone,) = answers(till(shop.home, "void", event, "--offline", "--note", "typed twice"))
        assert (undone["kind"], undone["original"], undone["amount_minor"]) == ("void", event, amount)
        again = till(shop.home, "void", event, "--offline")
        assert (again.returncode, again.stdout) == (1, b"")
        assert b"voided already" in again.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("void", "not a receipt"), b"names no sale"),
        (("refund", "99", "--offline"), b"cannot be asked"),
        (("refund", "1", "--offline", "--line", "1"), b"is not a line"),
        (("refund", "1", "--offline", "--amount", "99"), b"more than can be given back"),
    ],
)
def test_what_cannot_be_given_back_is_said_in_a_sentence(
    shop: Shop, words: tuple[str, str], sentence: bytes
) -> None:
    sold(shop.home)
    done = till(shop.home, *words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert sentence in done.stderr
    assert b"Traceback" not in done.stderr

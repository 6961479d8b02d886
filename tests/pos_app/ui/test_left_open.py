"""A till that stops in the middle of a sale says at its next start what was finished and what was not."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_app.ui.till_window import TillWindow
from sync.protocol.feed import Product
from tests.builders.till_window import CARD, LUNCH, scan, settle, signed_in
from tests.pos_app.ui.conftest import Open

Opening = Callable[[Callable[..., TillWindow]], Open]

ESPRESSO = Product(item="ESPRESSO", name="Espresso", price_minor=280)

_CHILD = """
import os, sys
from collections.abc import Callable
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pos_app.ui.app import make_application
application = make_application()
from tests.builders.till_window import CARD, LUNCH, scan, settle, signed_in
from sync.protocol.feed import Product
window = signed_in(Path(sys.argv[1]))
scan(window, LUNCH, CARD)
window.desk_open.bill.choose(Product(item="ESPRESSO", name="Espresso", price_minor=280))
window.enter_amount("48.60")
settle(window)
window.desk_open.keeper.keep()
settle(window)
if sys.argv[2] == "confirm":
    window.sale_done.connect(lambda sold: os.kill(os.getpid(), 9))
    window.confirm()
    settle(window)
os.kill(os.getpid(), 9)
"""


def killed(home: Path, step: str) -> None:
    """Work at the till in a process of its own, and pull the plug."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(home), step],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
        capture_output=True,
    )
    assert done.returncode == -9, done.stderr.decode()


def text_of(window: TillWindow) -> tuple[str, str, str]:
    text = window.till.verdict.text
    assert text is not None
    return text.banner.headline, text.gives, text.message


@pytest.mark.timeout(120)
def test_a_sale_that_was_not_confirmed_is_back_on_the_bill_and_nothing_is_recorded(
    opening: Opening, home: Path
) -> None:
    killed(home, "before")
    window = opening(signed_in)(home)
    headline, gives, message = text_of(window)
    assert (headline, gives) == ("A sale was not finished", "2.80\u00a0EUR")
    assert "Nothing of it is recorded" in message
    basket = window.desk_open.basket
    assert [(line.product, line.quantity) for line in basket.bill] == [(ESPRESSO, 1)]
    assert (basket.amount_minor, basket.look_ups) == (4860, [])
    assert window.till.verdict.text is not None
    assert "2 codes" in window.till.verdict.text.facts[0][1]
    settle(window)
    assert window.till.basket.confirm_button.isEnabled()
    window.confirm()
    settle(window)
    assert text_of(window)[0] == "Sale done"


@pytest.mark.timeout(120)
def test_a_sale_whose_commit_is_on_disk_is_said_to_be_done_and_is_there_once(
    opening: Opening, home: Path
) -> None:
    killed(home, "confirm")
    window = opening(signed_in)(home)
    headline, gives, message = text_of(window)
    assert headline == "The last sale is done"
    assert gives == "Paid 39.32\u00a0EUR"
    assert "do not repeat it" in message
    assert window.desk_open.basket.empty
    assert window.flow.running is not None
    assert len(window.flow.running.counter.latest_sales(10)) == 1


def test_a_sale_that_was_begun_and_finished_leaves_nothing_to_say(opening: Opening, home: Path) -> None:
    window = opening(signed_in)(home)
    window.enter_amount("12")
    window.desk_open.keeper.keep()
    settle(window)
    window.confirm()
    settle(window)
    window.close()
    again = opening(signed_in)(home)
    assert text_of(again)[0] == "Ready to scan"
    assert again.desk_open.basket.empty


def test_what_is_kept_of_an_open_sale_holds_no_code(opening: Opening, home: Path) -> None:
    window = opening(signed_in)(home)
    scan(window, LUNCH, CARD)
    window.desk_open.keeper.keep()
    settle(window)
    assert window.flow.running is not None
    desk = window.flow.running.desk
    note = desk.files.call(lambda: desk.till.journal.note("open_sale"))
    assert note is not None
    assert LUNCH not in note
    assert CARD not in note

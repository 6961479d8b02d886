"""Windows with a real central behind them: a process of its own on its own PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos_app.ui.till_window import TillWindow
from sync.central.schema.words import Role
from tests.builders.cashier import Cashier
from tests.builders.central_process import CentralProcess, central_process
from tests.builders.real_counter import add_staff
from tests.builders.real_network import RealNetwork
from tests.builders.till_window import opened

__all__ = ["central_process"]

MARTA = "2468"
Work = Callable[..., Cashier]


@pytest.fixture
def network(central_process: CentralProcess, tmp_path: Path) -> Iterator[RealNetwork]:
    """A network of its own at the real central, where Marta works."""
    made = RealNetwork(central_process, tmp_path)
    add_staff(made, "Marta Klein", MARTA, Role.CASHIER)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def at_work(opening: Callable[[Callable[..., TillWindow]], Callable[..., TillWindow]]) -> Work:
    """Switch a till on, online if nothing else is said, and sign Marta in."""

    def begin(home: Path, **choices: object) -> Cashier:
        cashier = Cashier(opening(opened)(home, **{"offline": False, **choices}))
        cashier.sign_in(MARTA)
        return cashier

    return begin

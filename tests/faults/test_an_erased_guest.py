"""A guest who registered at a real till is erased by the office, and every till forgets who they were."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.guest_results import Consent, GuestForm
from sync.central.schema.words import Role
from sync.till.journal import guest_keys
from tests.builders.central_process import CentralProcess, start_central
from tests.builders.patience import LONG_S
from tests.builders.real_counter import add_staff, counter_at
from tests.builders.real_network import RealNetwork
from tests.builders.working_till import WorkingTill

pytestmark = pytest.mark.timeout(600)

PHONE = "+493090182077"


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralProcess]:
    running = start_central(tmp_path_factory.mktemp("central"))
    yield running
    running.close()


@pytest.fixture
def network(central: CentralProcess, tmp_path: Path) -> Iterator[RealNetwork]:
    network = RealNetwork(central, tmp_path)
    yield network
    network.close()


def wait_for(till: WorkingTill, come: Callable[[], bool]) -> None:
    """Look again whenever the agent has something new; the long limit is only there to end a test that fails."""
    board = till.threads.agent.board
    ends_s = time.monotonic() + LONG_S
    # Not so many looks, but so much time: a busy agent has something new many times in a second.
    while not come() and time.monotonic() < ends_s:
        with board.changed:
            board.changed.wait(1.0)
    assert come()


def keys_of(till: WorkingTill) -> int:
    connection = till.till.journal._connection
    return till.files.call(lambda: len(guest_keys.all_keys(connection.execute(guest_keys.ALL).fetchall())))


def knows(till: WorkingTill, guest: int) -> bool:
    return till.files.call(lambda: till.till.cache.guest(guest)) is not None


def has_forgotten(till: WorkingTill, guest: int) -> bool:
    return not knows(till, guest)


def held(till: WorkingTill, question: str) -> list[tuple[object, ...]]:
    connection = till.till.cache._connection
    return till.files.call(lambda: connection.execute(question).fetchall())


def found(counter: Counter) -> list[list[str]]:
    """What a cashier finds by name, by the beginning of it, by the whole phone and by its last digits."""
    return [
        [guest.name for guest in counter.guests.search(text)]
        for text in ("Lovelace", "Lov", PHONE, PHONE[-4:])
    ]


def test_every_till_forgets_an_erased_guest_and_its_journal_still_verifies(network: RealNetwork) -> None:
    add_staff(network, "Casey", "4711", Role.SHIFT_MANAGER)
    here, there = network.till("Bar"), network.till("Terrace")
    counters = counter_at(here), counter_at(there)
    wait_for(here, lambda: here.files.call(lambda: here.till.cache.status().ready))
    wait_for(there, lambda: there.files.call(lambda: there.till.cache.status().ready))
    counters[0].sign_in("4711")
    counters[1].sign_in("4711")
    form = GuestForm(name="Ada Lovelace", phone=PHONE, consents=(Consent.DATA,))
    guest = counters[0].guests.register(form).found.guest.id
    for till, counter in zip((here, there), counters, strict=True):
        wait_for(till, partial(knows, till, guest))
        assert found(counter) == [["Ada Lovelace"]] * 4
    assert keys_of(here) == 1

    (erased,) = network.central.admin_here(
        *("erase-guest", "--network", str(network.id), "--guest", str(guest)),
        *("--reason", "asked", "--by", "Olga Owner"),
    )
    assert (erased["numbers"], erased["already"]) == ([guest], False)
    for till, counter in zip((here, there), counters, strict=True):
        wait_for(till, partial(has_forgotten, till, guest))
        assert found(counter) == [[], [], [], []]
        assert counter.guests.find(guest) is None
        assert till.files.call(till.till.journal.verify).ok
        assert held(till, "SELECT count(*) FROM guest_words") == [(0,)]
        assert held(till, "SELECT name, phone_digest, row FROM guests") == [(None, None, None)]
    assert keys_of(here) == 0

    exported = network.central.admin_here(
        "export-guest", "--network", str(network.id), "--guest", str(guest)
    )[-1]
    assert exported["said"] == []
    assert len(exported["held"]["events"]) == 1
    assert network.central.admin_here(
        *("erase-guest", "--network", str(network.id), "--guest", str(guest)),
        *("--reason", "asked", "--by", "Olga Owner"),
    )[-1]["already"]

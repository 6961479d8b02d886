"""How long till and central are apart while both are online: up, down, and one question on the spot.

Real central as a process on its embedded PostgreSQL, one real till; everything on this machine, so the
network itself costs next to nothing. Up is measured from the till's COMMIT to central's acknowledgement,
which follows its own COMMIT; down from the start of an import at the office (itself included) to the till's
replica; on the spot from the cashier's side, the grant stored durably.
"""

import statistics
from collections.abc import Callable
from functools import partial

from sync.protocol.leases import LimitKind
from sync.till.cache.found import FoundCode
from tests.bench.a_central import a_central
from tests.bench.measurement import Measurement
from tests.bench.timing import timed_ms
from tests.builders.patience import LONG_S
from tests.builders.real_network import RealNetwork, code_of, found, granted, settled
from tests.builders.working_till import WorkingTill

UPS = 60
DOWNS = 12
QUESTIONS = 60
WAIT_MS = int(LONG_S * 1000)


def run() -> list[Measurement]:
    """Measure the three."""
    with a_central() as (central, folder):
        network = RealNetwork(central, folder)
        try:
            network.import_codes(f"VOUCHER,MANY,Many,{QUESTIONS},,Online,online_only")
            till = network.till("Bar")
            settled(till)
            return [
                _figure("commit_to_central", _ups(till), "≤ 1 s"),
                _figure("change_to_till", _downs(network, till), "about 1 s"),
                _figure("unit_on_the_spot", _questions(till), "≤ 800 ms"),
            ]
        finally:
            network.close()


def _ups(till: WorkingTill) -> list[float]:
    """Milliseconds from COMMIT on the till to the acknowledgement."""
    times = []
    for _ in range(UPS):
        last = till.commit()[-1].seq
        times.append(timed_ms(partial(_wait, till, partial(_has_settled, till, last))))
    return times


def _downs(network: RealNetwork, till: WorkingTill) -> list[float]:
    """Milliseconds from the beginning of an import at the office to the code's being on the till."""
    times = []
    for number in range(DOWNS):
        code = f"NEW-{number}"
        times.append(timed_ms(partial(_import, network, till, code)))
    return times


def _import(network: RealNetwork, till: WorkingTill, code: str) -> None:
    network.import_codes(f"VIP,{code},New,,,Friends,leased")
    _wait(till, partial(_has_code, till, code))


def _wait(till: WorkingTill, until: Callable[[], bool]) -> None:
    board = till.threads.agent.board
    with board.changed:
        board.changed.wait_for(until, LONG_S)


def _questions(till: WorkingTill) -> list[float]:
    """Milliseconds from asking to a grant that is stored."""
    code = code_of(till, "MANY").code

    def ask() -> None:
        granted(till.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=WAIT_MS))

    return [timed_ms(ask) for _ in range(QUESTIONS)]


def _has_settled(till: WorkingTill, seq: int) -> bool:
    return till.files.call(till.till.journal.status).applied >= seq


def _has_code(till: WorkingTill, text: str) -> bool:
    return isinstance(found(till, text), FoundCode)


def _figure(name: str, times: list[float], goal: str) -> Measurement:
    ordered = sorted(times)
    return Measurement(
        name=name,
        value=statistics.median(ordered),
        unit="ms",
        goal=goal,
        note=f"median of {len(ordered)}, slowest {ordered[-1]:.0f} ms",
    )

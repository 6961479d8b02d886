"""A real till process, killed in the middle of its commits again and again."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from sync.protocol.upload import Ack
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.home import TillHome
from sync.till.till import Till

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 8

SELLING = """
import sys
from pathlib import Path
from sync.protocol.leases import LimitKind
from sync.till.home import TillHome
from sync.till.till import Till
from tests.builders.till import DIGEST_KEY, identity, leased, sell

till = Till.open(TillHome(Path(sys.argv[1])))
till.become(identity(), digest_key=DIGEST_KEY, app_version="1.0")
every = int(sys.argv[2])
sales = 0
while True:
    held = till.journal.held(LimitKind.USES, 7)
    lease = leased(till, units=5) if held is None else held.lease
    redeemed, sold = sell(till, lease=lease)
    print(redeemed.event, sold.event, sold.receipt, flush=True)
    sales += 1
    if sales % every == 0:
        till.tidy()
"""


def sell_until_killed(home: Path, lines: int, fold_every: int) -> list[tuple[UUID, UUID, int]]:
    """Read so many acknowledgements, then kill without warning; return all that had been said by then."""
    child = subprocess.Popen(
        [sys.executable, "-c", SELLING, str(home), str(fold_every)],
        stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "COUNTERSIGN_KEYRING": "file"}, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    said = []
    try:
        for line in child.stdout:
            said.append(line)
            if len(said) == lines:
                child.kill()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    assert child.returncode == -signal.SIGKILL
    assert len(said) >= lines
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(UUID(redeemed), UUID(sold), int(receipt)) for redeemed, sold, receipt in whole]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_every_acknowledged_sale_survives_sigkill(tmp_path: Path) -> None:
    chance = random.Random(20)
    acknowledged: list[tuple[UUID, UUID, int]] = []
    for _ in range(ROUNDS):
        acknowledged += sell_until_killed(tmp_path, chance.randint(1, 60), chance.choice([1, 3, 1_000]))
        till = Till.open(TillHome(tmp_path), clock=SystemClock(), randomness=SystemRandomness())
        found = till.journal.verify()
        assert found.ok, found
        recorded = {each.committed.event: each.committed.receipt for each in till.journal.recent(1_000)}
        for redeemed, sold, receipt in acknowledged:
            assert redeemed in recorded
            assert recorded[sold] == receipt
        receipts = sorted(receipt for receipt in recorded.values() if receipt is not None)
        assert receipts == list(range(1, len(receipts) + 1))
        assert till.journal.status().next_receipt == len(receipts) + 1
        # Each sale came with its redemption or not at all.
        assert len(recorded) == 2 * len(receipts)
        till.close()
    till = Till.open(TillHome(tmp_path))
    last = till.journal.status().last_seq
    till.journal.acknowledge(Ack(applied=last, want=last + 1))
    assert till.journal.unsettled() is None
    till.close()

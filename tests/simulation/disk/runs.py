"""Runs of one till: a long one drawn from a seed, and a crash at every call of one piece of work."""

import random
from collections.abc import Callable
from pathlib import Path

from tests.simulation.disk.disk import Fault, Io
from tests.simulation.disk.one_till import OneTill

MAX_CRASH_POINTS = 2_000


def workload(till: OneTill) -> list[tuple[Callable[[], None], int]]:
    """What a till does, and how often."""
    return [
        (till.sell, 40), (till.use, 10), (till.store_grants, 8), (till.close_lease, 4), (till.upload, 10),
        (till.note, 3), (till.marks, 2), (till.fold, 5), (till.feed, 12), (till.snapshot, 1), (till.reopen, 1),
    ]  # fmt: skip


FAULTS = (Fault.EIO, Fault.FULL, Fault.SHORT_WRITE, Fault.SYNC_LOST, Fault.SYNC_KEPT)
"""The last two not on a disk that lies: what a failed sync drops there, or keeps, may be what was called synced before."""
KINDS: tuple[frozenset[Io], ...] = (
    frozenset({Io.WRITE}), frozenset({Io.SYNC}), frozenset({Io.READ}), frozenset(Io),
    frozenset({Io.WRITE, Io.SYNC, Io.TRUNCATE, Io.DELETE, Io.RENAME, Io.CREATE, Io.FILE_SYNC, Io.FOLDER_SYNC}),
)  # fmt: skip


def run(folder: Path, seed: int, *, steps: int = 200, lie: bool = False) -> OneTill:
    """Run one seed: at least a crash, a kill and an error of every draw; raises :class:`Broken`."""
    till = OneTill(folder, seed, sector=random.Random(seed).choice((512, 4096)))
    till.begin()
    rng = till.rng
    works, weights = zip(*workload(till), strict=True)
    for _ in range(steps):
        if till.over:
            break
        draw = rng.random()
        if draw < 0.04:
            till.disk.arm(
                Fault.POWER, at=rng.randint(1, 30), kinds=rng.choice(KINDS), after=rng.random() < 0.5
            )
        elif draw < 0.06:
            till.disk.arm(
                rng.choice(FAULTS[:-2] if lie else FAULTS),
                at=rng.randint(1, 20),
                kinds=rng.choice(KINDS),
                times=rng.choice((1, 1, 3)),
            )
        elif draw < 0.07:
            till.step(till.kill)
        elif lie and draw < 0.09:
            till.disk.arm(Fault.LYING_SYNC, at=rng.randint(1, 5), times=rng.randint(1, 10))
        till.step(rng.choices(works, weights)[0])
    till.disk.disarm()
    if not till.over:
        till.step(till.kill)
        till.thorough = 1
        till.crash()
    till.close()
    till.disk.close()
    return till


def crash_everywhere(
    till: OneTill,
    work: Callable[[], None],
    *,
    keep: float | None = None,
    after: bool = False,
    stride: int = 1,
) -> int:
    """Do one thing again and again, with the power cut at its first, second, … I/O; return how many it has.

    ``after`` cuts it when the call has had its effect; ``stride`` above 1 leaves calls out. Each time the till
    is opened again and checked.
    """
    # Each time from the same state, so that the work has the same calls: a thorough check folds the WAL.
    till.keep, till.thorough = keep, 1
    for at in range(1, MAX_CRASH_POINTS + 1, stride):
        before = till.disk.struck[Fault.POWER]
        till.disk.arm(Fault.POWER, at=at, after=after)
        till.step(work)
        if till.disk.struck[Fault.POWER] == before:
            till.disk.disarm()
            return at - 1
    msg = f"{work.__name__} does not end within {MAX_CRASH_POINTS} calls"
    raise AssertionError(msg)

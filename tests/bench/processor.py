"""Processor time of central's processes: what a request costs, whoever else keeps the machine busy meanwhile."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM, _WAITED_USER, _WAITED_SYSTEM = 1, 11, 12, 13, 14


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time since these processes began."""

    database_s: float
    workers_s: float

    def since(self, before: "Spent") -> "Spent":
        """Return what was spent from ``before`` to now."""
        return Spent(self.database_s - before.database_s, self.workers_s - before.workers_s)


def spent_by(root: int) -> Spent:
    """Return what the descendants of a process have spent; connections of PostgreSQL that have ended count too."""
    children: dict[int, list[tuple[int, str, list[str]]]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            # It has ended since the folder was listed.
            continue
        numbers = rest.split()
        children.setdefault(int(numbers[_PARENT]), []).append((int(folder.name), name, numbers))
    database = workers = 0
    to_do = [root]
    while to_do:
        for pid, name, numbers in children.get(to_do.pop(), []):
            own = int(numbers[_USER]) + int(numbers[_SYSTEM])
            if name.startswith("postgres"):
                database += own + int(numbers[_WAITED_USER]) + int(numbers[_WAITED_SYSTEM])
            else:
                workers += own
            to_do.append(pid)
    return Spent(database / _TICKS, workers / _TICKS)

"""What a run may not leave: living processes of its folder, and bugs in the logs of tills and central."""

import os
import re
from pathlib import Path

MAX_QUOTED = 300
MAX_COMPLAINTS = 5
_BUGS = re.compile(
    r"Traceback|met a fault|unexpected error|asking on the spot failed|UNRAISABLE", re.IGNORECASE
)


def processes_of(folder: Path) -> list[str]:
    """Return the command lines of living processes that name the run's folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in words and int(place.name) != os.getpid():
            found.append(f"{place.name} {words[:MAX_QUOTED]}")
    return found


def complaints(folder: Path) -> list[str]:
    """Return what tills have logged that is a bug, whatever happened around them."""
    found = []
    for log in sorted([*folder.glob("home-*/**/till.log*"), *folder.glob("home-*.stderr")]):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines):
            if _BUGS.search(line):
                found.append(
                    f"{log.relative_to(folder)}: {' / '.join(lines[max(0, number - 1) : number + 12])}"
                )
                break
    return found[:MAX_COMPLAINTS]

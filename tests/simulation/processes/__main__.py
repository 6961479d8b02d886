"""``python -m tests.simulation.processes --kills N --seed S [--json]``: lane 4 of the simulation."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.simulation.processes.run import MAX_MINUTES, run


def main() -> int:
    """Run; 1 when anything was violated."""
    parser = argparse.ArgumentParser(
        description="Kill real tills, central and PostgreSQL; nothing may be lost."
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tills", type=int, default=4, choices=range(2, 9))
    parser.add_argument(
        "--minutes", type=float, default=MAX_MINUTES, help="end after this time at the latest"
    )
    parser.add_argument("--json", action="store_true", help="one object on standard output, nothing else")
    parser.add_argument(
        "--folder", type=Path, help="where the run's own folder is made (default: the temp folder)"
    )
    parser.add_argument("--tell", action="store_true", help="name each kill on standard error as it falls")
    options = parser.parse_args()
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    result = run(
        options.kills,
        options.seed,
        tills=options.tills,
        minutes=options.minutes,
        below=options.folder,
        tell=_teller() if options.tell else None,
    )
    if options.json:
        print(json.dumps(result))
    else:
        _print(result)
    return 1 if result["violations"] else 0


def _teller() -> Callable[[str], None]:
    began = time.monotonic()
    return lambda text: print(f"{time.monotonic() - began:8.2f} s  {text}", file=sys.stderr)


def _print(result: dict[str, object]) -> None:
    for name, value in result.items():
        if isinstance(value, dict):
            print(f"{name}:")
            for kind, count in value.items():
                print(f"    {count:>8}  {kind}")
        elif isinstance(value, list):
            print(f"{name}: {len(value)}")
            for each in value:
                print(f"    {each}")
        else:
            print(f"{name}: {value}")


if __name__ == "__main__":
    sys.exit(main())

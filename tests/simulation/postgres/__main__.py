"""``python -m tests.simulation.postgres --seeds N [--first K] [--json]``: lane 3 of the simulation."""

import argparse
import json
import os
import sys
from pathlib import Path

from tests.simulation.postgres.run import run

MAX_MINUTES = 240.0


def main() -> int:
    """Run; 1 when an invariant was violated."""
    parser = argparse.ArgumentParser(
        description="Kill PostgreSQL in the middle, put it back; nothing may be lost."
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, default=MAX_MINUTES, help="end after this time at the latest"
    )
    parser.add_argument(
        "--folder", type=Path, help="where the run's own folder is made (default: the temp folder)"
    )
    parser.add_argument("--json", action="store_true", help="one object on one line")
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets of strings is drawn anew by each process: a seed must find it as it was.
        os.execve(sys.executable, [sys.executable, "-m", "tests.simulation.postgres", *sys.argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"})  # fmt: skip
    result = run(options.first, options.seeds, minutes=options.minutes, below=options.folder)
    print(json.dumps(result, indent=None if options.json else 1, ensure_ascii=False, default=str))
    return 1 if result["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())

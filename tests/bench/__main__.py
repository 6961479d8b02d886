"""`make bench`: run every benchmark, print a table, write `build/bench.json`."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from tests.bench.measurement import Measurement

HERE = Path(__file__).parent
RESULT = HERE.parent.parent / "build" / "bench.json"


def main() -> int:
    """Run all, or those whose file or figure carries the wanted name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="the name of one figure, or of one bench file without 'bench_'")
    only = parser.parse_args().only
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    files = [name for name in names if only and name == f"bench_{only}"] or names
    measured: list[Measurement] = []
    for name in files:
        print(f"… {name.removeprefix('bench_')}", file=sys.stderr, flush=True)
        found: list[Measurement] = importlib.import_module(f"tests.bench.{name}").run()
        measured += [
            figure for figure in found if not only or only in (figure.name, name.removeprefix("bench_"))
        ]
    if not measured:
        print(
            f"no benchmark is called {only}; there are: {', '.join(name.removeprefix('bench_') for name in names)}"
        )
        return 1
    _print_table(measured)
    _write(measured)
    return 0


def _print_table(measured: list[Measurement]) -> None:
    rows = [("figure", "value", "unit", "goal", "reference", "ratio", "")]
    rows += [
        (
            figure.name, f"{figure.value:,.4g}", figure.unit, figure.goal,
            "" if figure.reference is None else f"{figure.reference:,.4g}",
            "" if figure.ratio is None else f"{figure.ratio:.3g}", figure.note,
        )
        for figure in measured
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())


def _write(measured: list[Measurement]) -> None:
    """Merge into the result file, so that one figure measured alone does not drop the others."""
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    for figure in measured:
        kept[figure.name] = {
            "value": figure.value,
            "unit": figure.unit,
            "goal": figure.goal,
            "reference": figure.reference,
            "ratio": figure.ratio,
        }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())

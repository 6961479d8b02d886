"""Everything that `make check` checks: style, types, the fences of the house, translations, pins.

Runs them all and reports each, so that one run shows everything there is to mend.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LIMIT_SECONDS = 900

CHECKS = {
    "style": [str(BIN / "ruff"), "check", "--quiet", "."],
    "format": [str(BIN / "ruff"), "format", "--quiet", "--check", "."],
    "house": [str(BIN / "lint-imports"), "--no-cache"],
    "translations": [sys.executable, "packaging/translations.py", "check"],
    "pins": [sys.executable, "packaging/pins.py", "--verify"],
    "types": [str(BIN / "mypy")],
}


def main() -> int:
    """Run every check; 0 when all hold."""
    failed = []
    for name, command in CHECKS.items():
        begun = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=LIMIT_SECONDS,
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:<14} {verdict:<7} {time.monotonic() - begun:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    print(f"{len(CHECKS) - len(failed)} checks passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Make a fresh clone ready: system libraries, then a virtual environment from hashed pins.

Runs on the system's Python with nothing installed. It says what it is doing, and a second run finds
everything in place and installs nothing.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "dev.txt"
OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Prepare; 0 when everything is in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    arguments = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        return _fail(
            f"Countersign needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …"
        )
    if sys.platform == "linux" and not _prepare_system():
        return 1
    return _prepare_environment(arguments.venv.absolute())


def _prepare_system() -> bool:
    import debian

    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    missing = debian.missing_packages(display=display)
    if not missing:
        return True
    before = debian.can_install()
    if before is not None:
        _say(f"installing system libraries: {' '.join(missing)}")
        debian.install(missing, before)
        missing = debian.missing_packages(display=display)
    needed = [package for package in missing if not debian.optional(package)]
    if needed:
        _fail(f"Please install these system packages first: sudo apt install {' '.join(missing)}")
        return False
    if missing:
        _say(f"going on without {' '.join(missing)} (optional; sudo apt install {' '.join(missing)})")
    return True


def _prepare_environment(folder: Path) -> int:
    stamp = folder / ".countersign-pins"
    wanted = hashlib.sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return 0
    try:
        import ensurepip  # noqa: F401 - Debian splits it off; without it a venv has no pip
    except ImportError:
        return _fail("Python's venv module is not complete here. Please run: sudo apt install python3-venv")
    if not (folder / "bin" / "python").exists():
        _say(f"making a virtual environment in {folder.name}")
        venv.create(folder, with_pip=True, symlinks=True)
    _say(
        f"installing the pinned packages of requirements/{PINS.name} (about a minute; every file is checked against its hash)"
    )
    command = [
        str(folder / "bin" / "python"), "-m", "pip", "install",
        "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--only-binary", ":all:", "--require-hashes", "--requirement", str(PINS),
    ]  # fmt: skip
    if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        return _fail(
            "The packages could not be installed; pip's message above says why. Nothing else was changed."
        )
    stamp.write_text(wanted)
    _say("ready")
    return 0


def _say(sentence: str) -> None:
    print(f"countersign: {sentence}", flush=True)


def _fail(sentence: str) -> int:
    print(f"countersign: {sentence}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())

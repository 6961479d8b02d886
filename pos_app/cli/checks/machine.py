"""The doctor's look at the machine: what a till needs before it is one."""

import importlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from pos_app.cli.checks.finding import Finding, bad, good, warning
from sync.till.home import TillHome
from sync.till.keyrings import CHOICE, os_keyring

LOW_DISK_BYTES = 500 * 1024 * 1024
"""Below this the doctor warns, long before the journal refuses to sell."""

SAFE_SQLITE = (3, 51, 3)
"""Every SQLite before this one can corrupt a WAL database when its WAL is reset (DESIGN 4)."""

_MIB = 1024 * 1024


def examine_machine(home: Path) -> Iterator[Finding]:
    """Look at camera, decoders, database driver, keyring, folder and disk. Opens no file of the till."""
    yield _decoder("zxingcpp", "QR reader zxing-cpp")
    yield _decoder("cv2", "picture library OpenCV")
    yield _second_opinion()
    yield _camera()
    yield _driver()
    yield _keyring()
    yield _folder(home)
    yield _disk(home)


def _decoder(module: str, name: str) -> Finding:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return bad("decoder", f"The {name} cannot be loaded: {error}.", "Install the till again.")
    return good("decoder", f"The {name} is ready.")


def _second_opinion() -> Finding:
    try:
        importlib.import_module("pyzbar.pyzbar")
    except ImportError:
        return warning(
            "decoder",
            "The second QR reader (zbar) is missing; a few damaged codes will not be read.",
            "Install the system package libzbar0.",
        )
    return good("decoder", "The second QR reader (zbar) is ready.")


def _camera() -> Finding:
    try:
        sources = importlib.import_module("pos_app.scanner.sources")
    except ImportError as error:
        return bad("camera", f"Cameras cannot be used: {error}.", "Install the till again.")
    names = [source.name for source in sources.list_cameras()]
    if not names:
        return warning(
            "camera",
            "No camera was found.",
            "Plug one in; hand scanners, pictures and typing work without it.",
        )
    return good("camera", f"Cameras: {', '.join(names)}.")


def _driver() -> Finding:
    version = dbapi2.sqlite_version_info
    cipher = dbapi2.connect(":memory:").execute("PRAGMA cipher_version").fetchone()
    if cipher is None:
        return bad("database", "The database driver cannot encrypt.", "Install the till again.")
    if version < SAFE_SQLITE:
        return bad(
            "database",
            f"The database driver holds SQLite {dbapi2.sqlite_version}, which can damage files.",
            "Install the till again, with its own driver.",
        )
    return good("database", f"SQLite {dbapi2.sqlite_version} with SQLCipher {cipher[0]}.")


def _keyring() -> Finding:
    if os_keyring() is not None:
        return good("keyring", "The keys are kept by the operating system's keyring.")
    if os.environ.get(CHOICE, "").strip().lower() == "file":
        return warning(
            "keyring",
            f"The keys are kept in a file, because {CHOICE}=file says so.",
            "Anyone who copies the whole folder can read the till's data; keep the disk encrypted.",
        )
    return warning(
        "keyring",
        "This system offers no keyring, so the keys are kept in a file that only its owner can read.",
        "Set up the system's keyring, or keep the disk encrypted.",
    )


def _folder(home: Path) -> Finding:
    if not home.exists():
        return warning("home", f"The till's folder {home} does not exist yet.", "Enrol the till first.")
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return bad("home", f"The till's folder {home} cannot be written.", "Give this user the folder.")
    if os.name == "posix" and home.stat().st_mode & 0o077:
        return warning("home", f"Other users of this machine can look into {home}.", f"Run: chmod 700 {home}")
    if not TillHome(home).journal_file.exists():
        return warning("home", f"The folder {home} holds no till yet.", "Enrol the till first.")
    return good("home", f"The till's folder is {home}.")


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < LOW_DISK_BYTES:
        return warning(
            "disk",
            f"Only {free // _MIB} MiB are free on the disk of {place}.",
            "Free some room: a till stops selling before its disk is full.",
        )
    return good("disk", f"{free // _MIB} MiB are free.")

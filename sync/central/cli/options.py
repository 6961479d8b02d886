"""Options that all commands share: which database, and where central keeps its files."""

import argparse
import os
import re
from pathlib import Path

from sync.central.database import DATA_VARIABLE, DSN_VARIABLE, URL_VARIABLE

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8400
MAX_WORKERS = 16
MAX_PORT = 65_535
MAX_PAUSE_S = 31 * 24 * 60 * 60

_UNIT_S = {"m": 60, "h": 60 * 60, "d": 24 * 60 * 60}
_PAUSE = re.compile(r"([0-9]{1,5})([mhd])")


def add_database_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--dsn`` and ``--data``, which mean the same everywhere."""
    parser.add_argument(
        "--dsn",
        default=os.environ.get(DSN_VARIABLE) or None,
        metavar="URL",
        help="a PostgreSQL 15 or newer (postgresql://user@host/database); without it central runs its own",
    )
    parser.add_argument(
        "--data",
        type=folder,
        default=default_data_folder(),
        metavar="DIR",
        help="central's files: its secret and its own PostgreSQL (default: %(default)s)",
    )


def add_serve_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` alone takes."""
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--url",
        default=os.environ.get(URL_VARIABLE) or None,
        help="the address at which tills reach central, where it differs from what it listens on",
    )
    parser.add_argument(
        "--backup-to", type=folder, metavar="DIR", help="take backups into a folder on another disk"
    )
    parser.add_argument(
        "--backup-every", type=pause, default="24h", metavar="24h", help="as 30m, 12h or 7d (default: 24h)"
    )
    parser.add_argument(
        "--keep", type=count, default=7, metavar="N", help="how many backups stay (default: 7)"
    )
    parser.add_argument(
        "--backup-without-secret", action="store_true", help="keep central's secret out of that folder"
    )
    parser.add_argument(
        "--log", choices=("json", "plain"), default="json", help="how the log is written (default: json)"
    )
    parser.add_argument(
        "--attached",
        action="store_true",
        help="stop when the program that started this one ends, however it ends",
    )


def default_data_folder() -> Path:
    """Return the folder named by ``COUNTERSIGN_DATA``, else the platform's place for data."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named).absolute()
    data_home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data_home).absolute() / "countersign" / "central"


def folder(text: str) -> Path:
    """Read a folder's path."""
    return Path(text).expanduser().absolute()


def pause(text: str) -> int:
    """Read a time between backups (``30m``, ``12h``, ``7d``) as seconds: at least a minute, at most a month."""
    found = _PAUSE.fullmatch(text.strip().lower())
    seconds = int(found[1]) * _UNIT_S[found[2]] if found else 0
    if not _UNIT_S["m"] <= seconds <= MAX_PAUSE_S:
        raise argparse.ArgumentTypeError("write it as 30m, 12h or 7d: from a minute to 31 days")
    return seconds


def count(text: str) -> int:
    """Read how many backups stay: at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one backup stays")
    return number


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"a port lies between 0 and {MAX_PORT}")
    return port


def _workers(text: str) -> int:
    workers = int(text)
    if not 1 <= workers <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(f"between 1 and {MAX_WORKERS} workers")
    return workers

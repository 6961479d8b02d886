"""Options that all commands share: which database, and where central keeps its files."""

import argparse
import os
from pathlib import Path

from sync.central.database import DATA_VARIABLE, DSN_VARIABLE

URL_VARIABLE = "COUNTERSIGN_URL"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8400


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
        type=_folder,
        default=default_data_folder(),
        metavar="DIR",
        help="central's files: its secret and its own PostgreSQL (default: %(default)s)",
    )


def default_data_folder() -> Path:
    """Return the folder named by ``COUNTERSIGN_DATA``, else the platform's place for data."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named).absolute()
    data_home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data_home).absolute() / "countersign" / "central"


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()

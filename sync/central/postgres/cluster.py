"""The folder of PostgreSQL's files: made once, whole or not at all, where its account can enter."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.central.postgres.account import Account, How
from sync.central.postgres.archive import NOWHERE
from sync.central.postgres.binaries import MAJOR, Binaries
from sync.rules.user_error import UserError

CLUSTER = "postgres"
DATABASE = "countersign"
SUPERUSER = "postgres"
PLACE_VARIABLE = "COUNTERSIGN_PLACE"
DEFAULT_PLACE = "/var/lib/countersign"
"""Where root puts what another account must enter when the data folder lies behind closed doors."""

INITDB_TIMEOUT_S = 300
_LOG_TAIL_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """PostgreSQL's files, and the programs and the account that open them."""

    folder: Path
    binaries: Binaries
    account: Account


def prepare_cluster(
    data: Path, binaries: Binaries, account: Account, *, keep: tuple[int, ...] = ()
) -> Cluster:
    """Make the cluster below ``data`` when absent, and reachable for the account.

    ``keep`` are descriptors that the programs inherit: the lock of the data folder.
    Raises :class:`UserError` ``postgres_other_version`` or ``postgres_not_made``.
    """
    place = Path(os.environ.get(PLACE_VARIABLE) or DEFAULT_PLACE)
    if not account.can_enter(binaries.program("postgres").parent):
        binaries = binaries.copied_below(_made(place))
    folder = _reachable(data, account, place)
    if not folder.exists():
        _initialise(folder, binaries, account, keep)
    return _settled(data, folder, binaries, account)


def receive_cluster(
    data: Path, binaries: Binaries, account: Account, fill: Callable[[Path], None]
) -> Cluster:
    """Put a cluster below ``data``, which has none, by letting ``fill`` write its files; whole or not at all."""
    place = Path(os.environ.get(PLACE_VARIABLE) or DEFAULT_PLACE)
    folder = _reachable(data, account, place)
    draft = _new_draft(folder)
    fill(draft)
    _give(draft, account)
    os.sync()
    draft.rename(folder)
    return _settled(data, folder, binaries, account)


def _settled(data: Path, folder: Path, binaries: Binaries, account: Account) -> Cluster:
    if folder.parent != data and not (data / CLUSTER).is_symlink():
        (data / CLUSTER).symlink_to(folder)
    _check_version(folder)
    return Cluster(folder, binaries, account)


def _reachable(data: Path, account: Account, place: Path) -> Path:
    """Return where the cluster is or shall be; a link in ``data`` leads to one that lies elsewhere."""
    link, moved = data / CLUSTER, data / f"{CLUSTER}.moved"
    if account.how is How.USER and data.stat().st_uid != account.owner[0]:
        # The account must pass through the data folder; what is private in it is closed file by file.
        data.chmod(0o711)
    if (link.is_symlink() or moved.exists()) and not link.exists():
        raise UserError(
            "postgres_lost",
            f"PostgreSQL's files are not where {link} says.",
            "Put the folder back that it leads to, or restore a backup into a new data folder.",
        )
    if link.is_symlink():
        return link.resolve()
    if account.can_enter(data):
        if link.exists() and link.stat().st_uid != account.owner[0]:
            _give(link, account)
        return link
    there = _made(_made(place) / secrets.token_hex(8)) / CLUSTER
    if link.exists():
        shutil.copytree(link, there, symlinks=True)
        _give(there, account)
        os.sync()
        link.rename(moved)
    return there


def _new_draft(folder: Path) -> Path:
    draft = folder.with_name(f"{folder.name}.new")
    if draft.exists():
        # An earlier start was cut short; nothing of it was ever used.
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    return draft


def _initialise(folder: Path, binaries: Binaries, account: Account, keep: tuple[int, ...]) -> None:
    draft = _new_draft(folder)
    _give(draft, account)
    _run(
        [
            str(binaries.program("initdb")),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            # The only door is a socket in a folder that its owner alone can enter.
            "--auth-local=trust",
            "--auth-host=reject",
            "--no-instructions",
        ],
        account,
        keep,
    )
    _run(
        [str(binaries.program("postgres")), "--single", "-D", str(draft), "postgres"],
        account,
        keep,
        typed=f"CREATE DATABASE {DATABASE};\n".encode(),
    )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        # Archiving is always on, so that the first backup needs no restart; until then it keeps nothing.
        file.write(f"\narchive_command = '{NOWHERE}'\n")
    draft.rename(folder)


def _run(argv: list[str], account: Account, keep: tuple[int, ...], *, typed: bytes = b"") -> None:
    process = account.start(argv, stdin=subprocess.PIPE, output=subprocess.PIPE, keep=keep)
    try:
        output, _ = process.communicate(typed, timeout=INITDB_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.terminate()
        output, _ = process.communicate()
    if process.returncode != 0:
        raise UserError(
            "postgres_not_made",
            f"PostgreSQL's files could not be made: {output.decode(errors='replace')[-_LOG_TAIL_CHARS:].strip()}",
            "Check the free space and the owner of the data folder.",
        )


def _check_version(folder: Path) -> None:
    found = (folder / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != MAJOR:
        raise UserError(
            "postgres_other_version",
            f"The data folder belongs to PostgreSQL {found}, and this central brings {MAJOR}.",
            "Start the central that wrote it, or restore a backup into a new data folder.",
        )


def _give(folder: Path, account: Account) -> None:
    if os.geteuid() != 0:
        return
    uid, gid = account.owner
    os.chown(folder, uid, gid)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), uid, gid, follow_symlinks=False)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return folder

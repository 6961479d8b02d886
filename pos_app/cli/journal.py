"""``journal``: is the precious file whole, what of it waits, and may this till be closed or replaced."""

from dataclasses import replace
from pathlib import Path

from pos_app.bootstrap import open_counter, salvage_journal
from pos_app.cli.instant import instant
from pos_app.cli.output import write_json
from pos_app.settings import Settings
from pos_app.usecases.running import Running
from sync.rules.user_error import UserError
from sync.till.journal.lease_standing import KindHeld


def run(settings: Settings, action: str, file: Path | None = None, *, retire: bool = False) -> int:
    """Print one JSON line; 1 when the chain is not whole. Nothing is sent and nothing is fetched.

    ``export`` of a damaged journal saves what can be read of it. ``export`` and ``import`` need a file; raises ``UserError`` for one that cannot be written or taken in.
    """
    if file is None and action in ("export", "import"):
        raise UserError(
            "journal_file", f"Name the file to {action}.", f"As in: journal {action} till.journal"
        )
    try:
        return _run(settings, action, file, retire=retire)
    except UserError as error:
        if action != "export" or file is None or error.reason != "journal_damaged":
            raise
        return _salvage(settings, file)


def _run(settings: Settings, action: str, file: Path | None, *, retire: bool) -> int:
    with open_counter(replace(settings, offline=True)) as running:
        if action == "export" and file is not None:
            return _export(running, file, retire=retire)
        if action == "import" and file is not None:
            return _import(running, file)
        return _verify(running) if action == "verify" else _status(running)


def _export(running: Running, file: Path, *, retire: bool) -> int:
    write_json({"events": running.export_journal(file, retire=retire), "file": str(file), "retired": retire})
    return 0


def _salvage(settings: Settings, file: Path) -> int:
    """Print what could be read of a damaged journal, and which seqs of each life could not."""
    saved = salvage_journal(settings, file)
    write_json(
        {
            "events": saved.events,
            "file": str(file),
            "retired": False,
            "unreadable": {str(life): seqs for life, seqs in saved.unreadable.items()},
        }
    )
    return 0


def _import(running: Running, file: Path) -> int:
    taken = running.import_journal(file)
    write_json(
        {
            "events": taken.events,
            "new": taken.new,
            "unsettled": taken.unsettled,
            "unreadable": taken.unreadable,
        }
    )
    return 0


def _verify(running: Running) -> int:
    found = running.verify()
    write_json(
        {
            "ok": found.ok,
            "events": found.events,
            "problem": found.problem,
            "incarnation": found.incarnation,
            "first_bad_seq": found.first_bad_seq,
        }
    )
    return 0 if found.ok else 1


def _status(running: Running) -> int:
    status = running.journal_status()
    safe, why = running.safe_to_close()
    oldest = status.oldest_unsettled_ms
    write_json(
        {
            "till_id": running.desk.identity.till,
            "till": running.desk.identity.till_name,
            "incarnation": status.incarnation,
            "last_seq": status.last_seq,
            "applied": status.applied,
            "safe": status.safe,
            "unsettled": status.unsettled,
            "oldest_unsettled": None if oldest is None else instant(oldest),
            "next_receipt": status.next_receipt,
            "leases": running.leases_held(),
            "held": [_held(each) for each in running.held_by_kind()],
            "unsettled_risk": running.unsettled_risk(),
            "safe_to_close": safe,
            "why": why,
        }
    )
    return 0


def _held(held: KindHeld) -> dict[str, object]:
    expiry = held.next_expiry_ms
    return {
        "kind": held.kind.value,
        "leases": held.leases,
        "units": held.units,
        "oldest": instant(held.oldest_ms),
        "next_expiry": None if expiry is None else instant(expiry),
        "expired": held.expired,
    }

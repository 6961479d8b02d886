"""``journal``: is the precious file whole, what of it waits, and may this till be closed or replaced."""

from dataclasses import replace

from pos_app.bootstrap import open_counter
from pos_app.cli.instant import instant
from pos_app.cli.output import write_json
from pos_app.settings import Settings
from pos_app.usecases.running import Running


def run(settings: Settings, action: str) -> int:
    """Print one JSON line; 1 when the chain is not whole. Nothing is sent and nothing is fetched."""
    with open_counter(replace(settings, offline=True)) as running:
        return _verify(running) if action == "verify" else _status(running)


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
            "safe_to_close": safe,
            "why": why,
        }
    )
    return 0

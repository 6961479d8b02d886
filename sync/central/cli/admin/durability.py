"""Backups noted, epochs begun, tills not waited for, and quarantined events tried again."""

import argparse
from collections.abc import Awaitable, Callable

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.erased_list import ErasedList
from sync.central.schema.words import BackupRule, Noun
from sync.central.services import backups, epochs, renewal
from sync.central.services.directory import require_network_of
from sync.central.services.journal import gaps, retrying
from sync.central.services.networks import require_network
from sync.central.services.personal.repeating import repeat_erasures

Adder = Callable[
    [str, Callable[[Office, argparse.Namespace], Awaitable[int | None]], str], argparse.ArgumentParser
]


def add_commands(command: Adder) -> None:
    """Add the commands; each prints one JSON line."""
    made = command("backup-rule", backup_rule, "say by whose word a backup counts as stored away")
    made.add_argument("rule", choices=[rule.value for rule in BackupRule])

    command("mark-backup", mark_backup, "note how far journals are held, just before a backup is taken")

    made = command("note-backup", note_backup, "call everything up to a mark safe: its backup is stored away")
    made.add_argument("--mark", type=int, required=True, metavar="N")

    made = command("new-epoch", new_epoch, "say that the database was put back to an earlier state")
    made.add_argument("--reason", required=True)

    made = command("book-missing", book_missing, "issue again without waiting for tills that do not come")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--till", type=int, metavar="ID", help="this one only (default: all that are missing)")
    made.add_argument("--reason", required=True)

    made = command("allow-renewal", allow_renewal, "let a till whose files are an older copy go on by itself")
    made.add_argument("--till", type=int, required=True, metavar="ID")

    made = command("accept-gap", accept_gap, "go on without events that neither office nor till has any more")
    made.add_argument("--till", type=int, required=True, metavar="ID")
    made.add_argument("--by", required=True, metavar="NAME", help="who accepts the loss")

    made = command("retry-quarantine", retry_quarantine, "try a network's quarantined events again")
    made.add_argument("--network", type=int, required=True, metavar="ID")


async def backup_rule(office: Office, options: argparse.Namespace) -> None:
    """Choose the rule and print ``{"rule"}``."""
    await backups.choose_rule(office.database, BackupRule(options.rule))
    say({"rule": options.rule})


async def mark_backup(office: Office, _options: argparse.Namespace) -> None:
    """Set a mark and print ``{"mark", "lsn"}``."""
    mark = await backups.set_mark(office.database)
    say({"mark": mark.number, "lsn": mark.lsn})


async def note_backup(office: Office, options: argparse.Namespace) -> None:
    """Note the backup of a mark and print ``{"mark", "safe"}``."""
    await backups.note_backup(office.database, options.mark)
    say({"mark": options.mark, "safe": True})


async def new_epoch(office: Office, options: argparse.Namespace) -> None:
    """Begin a new epoch everywhere, erase again who was erased since, and print ``{"tills_awaited", "erased_again"}``."""
    awaited = await epochs.begin_everywhere(office.database, why=options.reason, actor=ACTOR)
    again = await repeat_erasures(office.database, office.secrets, ErasedList(options.data))
    say({"tills_awaited": awaited, "erased_again": again})


async def book_missing(office: Office, options: argparse.Namespace) -> None:
    """Stop waiting and print ``{"given_up", "still_awaited"}``."""
    await require_network(office.database, options.network)
    async with office.database.network_transaction(options.network) as connection:
        given_up = await epochs.book_missing(
            connection, options.network, till_id=options.till, why=options.reason, actor=ACTOR
        )
        awaited = await connection.fetchval(
            "SELECT count(*) FROM relistings WHERE network_id = $1", options.network
        )
    say({"given_up": given_up, "still_awaited": awaited})


async def allow_renewal(office: Office, options: argparse.Namespace) -> None:
    """Agree to one new life and print ``{"till_id"}``."""
    network_id = await require_network_of(office.database, Noun.TILL, options.till)
    async with office.database.network_transaction(network_id) as connection:
        await renewal.allow_renewal(connection, network_id, options.till, actor=ACTOR)
    say({"till_id": options.till})


async def accept_gap(office: Office, options: argparse.Namespace) -> None:
    """Accept what is lost and print ``{"till_id", "lost", "units_at_most"}``, one line for each stretch."""
    network_id = await require_network_of(office.database, Noun.TILL, options.till)
    async with office.database.network_transaction(network_id) as connection:
        accepted = await gaps.accept(connection, network_id, options.till, by=options.by)
    for gap in accepted:
        say(
            {
                "till_id": options.till,
                "incarnation": gap.incarnation,
                "first_seq": gap.first_seq,
                "last_seq": gap.last_seq,
                "lost": gap.lost,
                "units_at_most": gap.units_at_most,
            }
        )


async def retry_quarantine(office: Office, options: argparse.Namespace) -> None:
    """Try everything once and print ``{"applied", "still_waiting"}``."""
    await require_network(office.database, options.network)
    outcome = await retrying.retry_all(office.database, office.secrets, options.network)
    say({"applied": outcome.applied, "still_waiting": outcome.waiting})

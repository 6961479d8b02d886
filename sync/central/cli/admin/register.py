"""All admin commands, each with its options."""

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sync.central.cli.admin import (
    audit_log,
    backups,
    campaigns,
    codes,
    demo,
    genuine,
    journal,
    latest,
    limits,
    networks,
    people,
    tills,
    treats,
)
from sync.central.cli.admin.bulk import add_commands as add_bulk
from sync.central.cli.admin.durability import add_commands as add_durability
from sync.central.cli.admin.office import Office
from sync.central.cli.admin.personal import add_commands as add_personal
from sync.central.cli.options import add_database_options, count, folder
from sync.central.schema.words import KeyPurpose, Role

Run = Callable[[Office, argparse.Namespace], Awaitable[int | None]]


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its sub-parsers private
    """Add every command; ``options.run`` is what runs it."""
    command = _adder(commands)

    made = command("create-network", networks.create_network, "make a network and its owner")
    made.add_argument("--name", required=True)
    made.add_argument("--owner-email", required=True, metavar="E")
    made.add_argument("--password-stdin", action="store_true", required=True, help="read it from stdin")
    made.add_argument("--currency", default="EUR")
    made.add_argument("--timezone", default="UTC", metavar="Z")

    made = command("referral", networks.referral, "turn a network's referral codes on or off")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--enabled", required=True, choices=["yes", "no"])
    made.add_argument("--required", default="no", choices=["yes", "no"], help="a new guest needs one")

    made = command("create-restaurant", networks.create_restaurant, "make a restaurant of a network")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--name", required=True)
    made.add_argument("--timezone", metavar="Z")

    made = command("create-staff", people.create_staff, "make a person who works for a network")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--name", required=True)
    made.add_argument("--role", required=True, choices=[role.value for role in Role])
    made.add_argument("--pin-stdin", action="store_true", help="read a PIN from stdin")
    made.add_argument("--badge", action="store_true", help="make a badge and print its text")
    made.add_argument("--email", metavar="E", help="the address to sign in with")
    made.add_argument(
        "--password-stdin", action="store_true", help="read a password from stdin, after the PIN"
    )

    made = command("enrolment", tills.enrolment, "issue the one-time code that makes a machine a till")
    made.add_argument("--restaurant", type=int, required=True, metavar="ID")
    made.add_argument("--till", required=True, metavar="NAME")
    made.add_argument("--central", metavar="URL", help="central's address as tills reach it")

    made = command("revoke-till", tills.revoke_till, "take a till's rights; its journal is still taken")
    made.add_argument("--till", type=int, required=True, metavar="ID")

    _add_limits(command)

    made = command("import-codes", codes.import_codes, "make codes from a CSV file")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("file", type=Path, metavar="FILE.csv")

    made = command("code-status", codes.code_status, "what the office knows of a code")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("code", metavar="CODE")

    add_bulk(command)

    _add_genuine(command)

    made = command("export-journal", journal.export_journal, "print a till's events as they are stored")
    made.add_argument("--till", type=int, required=True, metavar="ID")

    _add_backups(command)

    for add_more in (add_durability, add_personal, audit_log.add_commands):
        add_more(command)

    made = command("latest-link", latest.latest_link, "print a link to the newest sales and redemptions")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--central", metavar="URL", help="central's address")

    made = command("fill-demo", demo.fill_demo, "fill a network with demo data and print samples")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--central", metavar="URL", help="central's address as tills reach it")


def _add_limits(command: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    made = command("lost-till", tills.lost_till, "give up what a lost till holds: a decision, by name")
    made.add_argument("--till", type=int, required=True, metavar="ID")
    made.add_argument("--by", required=True, metavar="NAME", help="who decides")
    made.add_argument("--reissue", action="store_true", help="give its units to others, as exposure")
    made.add_argument("--incarnation", type=int, metavar="N", help="only this earlier life of the till")

    made = command("exposure", limits.exposure, "what campaigns may cost beyond their limits")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--campaign", type=int, metavar="ID")

    made = command("edit-campaign", campaigns.edit_campaign, "change fields of a campaign")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--campaign", type=int, required=True, metavar="ID")
    made.add_argument(
        "--set",
        dest="changes",
        type=campaigns.change,
        action="append",
        required=True,
        metavar="FIELD=VALUE",
        help="a field of its rules and its value, in JSON or as a word; may be repeated",
    )

    made = command("try-campaign", campaigns.try_campaign, "judge a sample bill by a draft, saving nothing")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--campaign", type=int, metavar="ID", help="the one to change (default: a new one)")
    made.add_argument(
        "--set", dest="changes", type=campaigns.change, action="append", default=[], metavar="FIELD=VALUE"
    )
    made.add_argument(
        "--amount", action="append", metavar="12.50", help="a line of the bill; may be repeated"
    )
    made.add_argument("--guest", type=int, metavar="ID")
    made.add_argument("--tier", metavar="GOLD", help="somebody of this tier instead of a guest")
    made.add_argument("--at", metavar="2026-12-24T18:00:00Z")
    made.add_argument("--restaurant", type=int, metavar="ID")
    made.add_argument("--code", help="a code that exists (default: a fresh one)")

    made = command("put-reward", treats.put_reward, "offer something for points, or change what is offered")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument(
        "--id", type=int, default=0, metavar="ID", help="the reward to replace (default: a new one)"
    )
    made.add_argument("--name", required=True)
    made.add_argument("--points", type=int, required=True, metavar="N")
    made.add_argument("--item", default=None, help="the product that is handed over, if it is one")
    made.add_argument("--tier", action="append", default=[], help="only for this tier; may be repeated")
    made.add_argument("--starts-on", default=None, metavar="2026-12-01")
    made.add_argument("--ends-on", default=None, metavar="2026-12-31")
    made.add_argument("--active", choices=("yes", "no"), default="yes")

    made = command("carry-voucher", treats.carry_voucher, "put a voucher into a guest's wallet")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--guest", type=int, required=True, metavar="ID")
    made.add_argument("--code-id", type=int, required=True, metavar="ID")
    made.add_argument("--drop", action="store_true", help="take it out instead")

    made = command("credit-allowance", limits.credit_allowance, "set what a restaurant may credit by hand")
    made.add_argument("--restaurant", type=int, required=True, metavar="ID")
    made.add_argument("--points", type=int, required=True, metavar="N")


def _add_genuine(command: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add what makes things that prove themselves, and the keys by which they do."""
    made = command("make-voucher", genuine.make_voucher, "make signed vouchers, and print what they hold")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--campaign", type=int, required=True, metavar="ID")
    made.add_argument("--count", type=int, default=1, metavar="N")
    made.add_argument("--name", default="", help="what cashiers read; the campaign's name if left out")
    made.add_argument("--max-uses", type=int, default=1, metavar="N")
    made.add_argument("--expires-at", metavar="YYYY-MM-DD", help="the last day, in the network's zone")

    made = command("make-digits", genuine.make_digits, "give a guest six digits that are good for minutes")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--guest", type=int, required=True, metavar="ID")

    made = command("rotate-key", genuine.rotate_key, "make a new key for cards or vouchers")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--purpose", required=True, choices=[purpose.value for purpose in KeyPurpose])

    made = command("withdraw-key", genuine.withdraw_key, "refuse what an old key made from now on")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--purpose", required=True, choices=[purpose.value for purpose in KeyPurpose])
    made.add_argument("--key", type=int, required=True, metavar="N")


def _add_backups(command: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    made = command("backup", backups.backup, "copy the database and, from then on, its log into a folder")
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", type=folder, metavar="DIR", help="a folder on another disk than central's")
    what.add_argument("--stop", action="store_true", help="copy nothing any more")
    made.add_argument("--keep", type=count, default=7, metavar="N", help="how many backups stay (default: 7)")
    made.add_argument("--without-secret", action="store_true", help="keep central's secret out of the folder")

    command("backup-status", backups.backup_status, "when the last backup was taken, and what went wrong")

    made = command("restore", backups.no_office, "put the database back from a folder of backups")
    made.add_argument("--from", dest="source", type=folder, required=True, metavar="DIR")
    made.add_argument(
        "--at", type=backups.moment, metavar="TIME", help="the state of that moment (default: all)"
    )
    made.set_defaults(run_alone=backups.restore)


def _adder(commands: Any) -> Callable[[str, Run, str], argparse.ArgumentParser]:  # noqa: ANN401 - the same
    def add(name: str, run: Run, text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text}.")
        add_database_options(parser)
        parser.set_defaults(run=run)
        return parser

    return add

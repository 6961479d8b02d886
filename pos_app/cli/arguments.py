"""The words of the command line. Importing this loads nothing of the till."""

import argparse
from pathlib import Path

COMMANDS = ("till", "open", "kiosk", "sale", "void", "refund", "verify", "enrol", "doctor", "journal", "demo")
JOURNAL_ACTIONS = ("verify", "status", "export", "import")


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; a mistake ends the program with status 2 and a usage line.

    ``command`` is None when none was named: that is the till with its window.
    """
    parser = argparse.ArgumentParser(
        prog="python -m pos_app", description="Countersign: the companion beside a cash register."
    )
    _shared(parser)
    commands = parser.add_subparsers(dest="command", metavar="{" + ",".join(COMMANDS) + "}")
    _till(commands.add_parser("till", help="the till with its window (the default)"))
    _open(commands.add_parser("open", help="judge a link: at the till that runs here, or at one that starts"))
    _kiosk(commands.add_parser("kiosk", help="no window: codes on stdin, verdicts as JSON lines on stdout"))
    _sale(commands.add_parser("sale", help="look a sale up by its receipt"))
    _void(commands.add_parser("void", help="undo a whole sale or use"))
    _refund(commands.add_parser("refund", help="give back a part of a sale, or its rest"))
    _verify(commands.add_parser("verify", help="say what the QR code on a receipt proves"))
    _enrol(commands.add_parser("enrol", help="make this folder a till of a network"))
    _doctor(commands.add_parser("doctor", help="check this till and explain"))
    _journal(commands.add_parser("journal", help="the journal: is it whole, and what waits"))
    _demo(commands.add_parser("demo", help="the whole product on demo data"))
    _window_options(parser)
    return parser.parse_args(words)


def _shared(parser: argparse.ArgumentParser) -> None:
    """Options that stand before or behind a command alike; SUPPRESS keeps the first from being lost."""
    parser.add_argument(
        "--home", metavar="DIR", default=argparse.SUPPRESS, help="the folder of the till's files"
    )
    parser.add_argument("--language", default=argparse.SUPPRESS, help="en or ru")


def _offline(parser: argparse._ActionsContainer, words: str = "do not try to sync") -> None:
    parser.add_argument("--offline", action="store_true", default=argparse.SUPPRESS, help=words)


def _window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--camera", default=argparse.SUPPRESS, help="name or number of the camera")
    parser.add_argument("--film", default=argparse.SUPPRESS, help="a video in place of a camera")
    parser.add_argument(
        "--serial", metavar="PORT", default=argparse.SUPPRESS, help="the serial port of a hand scanner"
    )
    parser.add_argument("--theme", default=argparse.SUPPRESS, help="system, light or dark")
    parser.add_argument("--fullscreen", action="store_true", default=argparse.SUPPRESS)
    _offline(parser)


def _till(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    _window_options(parser)


def _open(parser: argparse.ArgumentParser) -> None:
    _till(parser)
    parser.add_argument(
        "link",
        metavar="LINK",
        help="as the operating system hands it over: a link, or the file of a picture that is shared",
    )


def _kiosk(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument("--amount", metavar="12.50", help="the bill that every code is used on")
    parser.add_argument("--check-only", action="store_true", help="say the verdict, use nothing")
    way = parser.add_mutually_exclusive_group()
    _offline(way)
    way.add_argument("--sync-and-exit", action="store_true", help="settle everything, read no codes, stop")


def _sale(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument(
        "sale", metavar="EVENT", help="the event's id, the receipt's number, or the text of its QR"
    )
    _offline(parser)


def _void(parser: argparse.ArgumentParser) -> None:
    _sale(parser)
    parser.add_argument("--reason", default="mistake", help="why, as one word (default: mistake)")
    parser.add_argument("--note", default="", help="what happened")
    parser.add_argument(
        "--pin-stdin", action="store_true", help="read the second person's PIN: for another till's sale"
    )


def _refund(parser: argparse.ArgumentParser) -> None:
    _void(parser)
    parser.set_defaults(reason="returned")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--amount", metavar="12.50", help="how much (default: all that is left)")
    part.add_argument(
        "--line",
        metavar="1=4.50",
        action="append",
        default=[],
        help="how much of which line; may be repeated",
    )


def _verify(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument(
        "receipt", metavar="PICTURE", help="a picture of the receipt, the text of its QR, or - for stdin"
    )
    _offline(parser, "do not ask the office")


def _enrol(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument("--central", metavar="URL", default=argparse.SUPPRESS, help="the office's address")
    parser.add_argument("--code", required=True, help="the one-time code, or the text of its QR")


def _doctor(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _journal(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument("action", choices=JOURNAL_ACTIONS)
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="where to export to, or import from"
    )
    parser.add_argument(
        "--retire",
        action="store_true",
        help="with export: give all leases back and record nothing here any more",
    )


def _demo(parser: argparse.ArgumentParser) -> None:
    _shared(parser)
    parser.add_argument(
        "--folder", type=Path, default=Path("build/demo"), help="where the demo keeps its files"
    )

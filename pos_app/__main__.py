"""``python -m pos_app``: the till with its window, or one of its commands without one.

Each command imports only what it needs: the kiosk runs on machines that have no Qt at all.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pos_app.cli.arguments import parse
from pos_app.settings import Settings, load_settings
from sync.rules.user_error import UserError

if TYPE_CHECKING:
    from pos_app.ui.till_window import TillWindow

SWITCH_S = 0.001
"""How long a thread of the window's program may keep Python's lock when another wants it, in seconds."""

_SETTINGS = ("home", "language", "offline", "camera", "film", "theme", "fullscreen", "central", "serial")


def main(words: list[str] | None = None) -> int:
    """Run one command and return the exit status: 0 only for success."""
    arguments = parse(words)
    try:
        settings = load_settings({name: getattr(arguments, name, None) for name in _SETTINGS})
        return _run(arguments, settings)
    except UserError as error:
        print(f"{error.sentence} {error.advice}".strip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    finally:
        _let_output_go()


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    return _COMMANDS.get(arguments.command, _window)(arguments, settings)


def _kiosk(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import kiosk

    return kiosk.run(
        settings,
        amount=arguments.amount,
        check_only=arguments.check_only,
        sync_and_exit=arguments.sync_and_exit,
    )


def _sale(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import giving_back

    return giving_back.show(settings, arguments.sale)


def _void(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import giving_back

    return giving_back.void(
        settings, arguments.sale, reason=arguments.reason, note=arguments.note, pin_stdin=arguments.pin_stdin
    )


def _refund(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import giving_back

    return giving_back.refund(
        settings,
        arguments.sale,
        amount=arguments.amount,
        lines=arguments.line,
        reason=arguments.reason,
        note=arguments.note,
        pin_stdin=arguments.pin_stdin,
    )


def _verify(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import verify

    return verify.run(settings, arguments.receipt)


def _enrol(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import enrol

    return enrol.run(settings, arguments.code)


def _doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import doctor

    return doctor.run(settings, as_json=arguments.json)


def _journal(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.cli import journal

    return journal.run(settings, arguments.action, arguments.file, retire=arguments.retire)


def _demo(arguments: argparse.Namespace, settings: Settings) -> int:
    from pos_app.demo import tour

    return tour.run(settings, arguments.folder)


def _window(arguments: argparse.Namespace, settings: Settings) -> int:
    link = arguments.link if arguments.command == "open" else None
    if link is not None:
        if Path(link).is_file():
            # The till that runs stands in a folder of its own.
            link = str(Path(link).absolute())
        from pos_app.ui.link_door import hand_over

        if hand_over(settings.home, link):
            return 0
    return open_window(settings, link=link)


def open_window(
    settings: Settings, *, drive: "Callable[[TillWindow], None] | None" = None, link: str | None = None
) -> int:
    """Show the till's window until it is closed; see :func:`pos_app.ui.app.run_window`."""
    # A till that comes up makes much and drops next to nothing: looking for what was dropped takes a sixth of the
    # start. The window turns it on again as soon as it stands.
    gc.disable()
    # Whoever waits for Python's lock has it after a millisecond, not after five: a finger on the screen waits, and
    # decoding a picture or writing to the disk holds no lock.
    sys.setswitchinterval(SWITCH_S)
    from pos_app.bootstrap import enrol_till, open_counter
    from pos_app.ui.app import run_window

    return run_window(settings, open_counter=open_counter, enrol=enrol_till, drive=drive, link=link)


_COMMANDS: dict[str | None, Callable[[argparse.Namespace, Settings], int]] = {
    "kiosk": _kiosk,
    "sale": _sale,
    "void": _void,
    "refund": _refund,
    "verify": _verify,
    "enrol": _enrol,
    "doctor": _doctor,
    "journal": _journal,
    "demo": _demo,
}
"""Every command but the window, which is what is meant when none is named."""


def _let_output_go() -> None:
    """Flush what was printed. When its reader has gone, Python would try again at its end, and complain."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())

"""The doctor's look at the receipt printer: asked how it is, never made to print."""

from collections.abc import Iterator
from pathlib import Path

from pos_app.cli.checks.finding import Finding, good, warning
from pos_app.settings import Settings
from pos_app.usecases.printing import setup_of
from sync.rules.user_error import UserError

CHECK = "printer"


def examine_printer(settings: Settings) -> Iterator[Finding]:
    """Look whether receipts can be printed; a till without a printer sells all the same."""
    try:
        setup = setup_of(settings)
        if not setup.wanted:
            yield good(CHECK, "No receipt printer is set up; receipts can be saved as PDF.")
            return
        from pos_app.receipts.press import Press

        Press(setup).ask()
    except ImportError as error:
        yield warning(CHECK, f"Receipts cannot be printed: {error}.", "Install the till again.")
    except UserError as error:
        yield warning(CHECK, error.sentence, error.advice)
    else:
        where = setup.address
        paper = f"{setup.paper.width_mm} mm, letters {setup.letters}"
        yield good(CHECK, f"The receipt printer {where} answers ({paper}).")
        logo = setup.letterhead.logo
        if isinstance(logo, Path) and not logo.is_file():
            yield warning(
                CHECK, f"The logo {logo} is missing; receipts have none.", "Put it there, or choose another."
            )

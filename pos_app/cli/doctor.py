"""``doctor``: look at everything a till needs, and say in sentences what is wrong and what to do."""

from itertools import chain

from pos_app.cli.checks.finding import Finding, Health
from pos_app.cli.checks.machine import examine_machine
from pos_app.cli.checks.printer import examine_printer
from pos_app.cli.checks.till import examine_till
from pos_app.cli.output import write_json, write_text
from pos_app.settings import Settings

_MARK = {Health.GOOD: "ok     ", Health.WARNING: "warning", Health.BAD: "BAD    "}


def run(settings: Settings, *, as_json: bool) -> int:
    """Print each finding as it is made; 1 when something does not work."""
    healthy = True
    for finding in chain(examine_machine(settings.home), examine_printer(settings), examine_till(settings)):
        healthy = healthy and finding.health is not Health.BAD
        if as_json:
            write_json(_as_json(finding))
        else:
            write_text(_as_text(finding))
    return 0 if healthy else 1


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "health": str(finding.health),
        "message": finding.sentence,
        "advice": finding.advice,
    }


def _as_text(finding: Finding) -> str:
    advice = f"\n          → {finding.advice}" if finding.advice else ""
    return f"{_MARK[finding.health]} {finding.check}: {finding.sentence}{advice}"

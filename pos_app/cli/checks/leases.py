"""The doctor's look at the units that this till holds, and at what it may take beyond a limit."""

from collections.abc import Iterator

from pos_app.cli.checks.finding import Finding, good, warning
from pos_app.usecases.running import Running
from sync.protocol.leases import LimitKind
from sync.rules.wording.wall_clock import instant_text
from sync.till.journal.lease_standing import KindHeld

_UNITS = {
    LimitKind.USES: "uses of codes",
    LimitKind.GUEST_USES: "uses by single guests",
    LimitKind.POINTS: "points of guests",
    LimitKind.BUDGET: "minor units of campaigns' budgets",
    LimitKind.CREDIT: "points that may be credited by hand",
    LimitKind.RISK: "uses beyond a limit",
}


def examine_leases(running: Running) -> Iterator[Finding]:
    """Say what is held, kind by kind, and what of it is a risk that the office accepted."""
    held = running.held_by_kind()
    if not held:
        yield good("leases", "This till holds no units of any limit.")
    for each in held:
        said = _said(running, each)
        if each.expired:
            yield warning(
                "leases", said, "Connect the till to the office, so that what has expired goes back."
            )
        else:
            yield good("leases", said)
    yield from _exposure(running, sum(each.units for each in held if each.kind is LimitKind.RISK))


def _said(running: Running, held: KindHeld) -> str:
    zone, language = running.desk.identity.zone, running.desk.language
    said = (
        f"{held.units} {_UNITS[held.kind]} ({held.kind}) are held (leases: {held.leases}), the oldest of "
        f"{instant_text(held.oldest_ms, zone, language)}"
    )
    if held.next_expiry_ms is not None:
        said += f", the next to expire {instant_text(held.next_expiry_ms, zone, language)}"
    return said + (f"; {held.expired} have expired." if held.expired else ".")


def _exposure(running: Running, allowed: int) -> Iterator[Finding]:
    """Speak of the risk where there is any: what was taken and not settled, and what may be taken still."""
    taken = running.unsettled_risk()
    if taken:
        yield warning(
            "exposure",
            f"{taken} uses were accepted beyond a limit, and the office has not heard of them; "
            f"{allowed} more may be.",
            "Connect the till to the office.",
        )
    elif allowed:
        yield good("exposure", f"At most {allowed} uses may be accepted beyond a limit without the office.")

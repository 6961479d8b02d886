"""The doctor's look at one till: its databases, its clock, its way to the office."""

from collections.abc import Iterator
from dataclasses import replace

from pos_app.bootstrap import open_counter
from pos_app.cli.checks.finding import Finding, bad, good, warning
from pos_app.cli.checks.leases import examine_leases
from pos_app.settings import Settings
from pos_app.usecases.running import Running
from sync.rules.user_error import UserError
from sync.rules.wording.wall_clock import instant_text

FAR_OFF_MS = 2 * 60 * 1000
"""A wall clock that differs this much from the office's is worth a person's attention."""

_MS_PER_S = 1000


def examine_till(settings: Settings) -> Iterator[Finding]:
    """Open the till, check both databases, contact the office once, compare the clocks.

    A till that is open in another process is left alone and said to be.
    """
    try:
        with open_counter(replace(settings, offline=False), background=False) as running:
            yield from (warning("till", finding, "") for finding in running.warnings)
            yield _identity(running)
            yield _journal(running)
            yield _cache(running, settings.language)
            yield _office(running)
            yield from _clock(running)
            yield from examine_leases(running)
            yield _waiting(running)
    except UserError as error:
        tell = warning if error.reason in ("not_enrolled", "already_open") else bad
        yield tell("till", error.sentence, error.advice)


def _identity(running: Running) -> Finding:
    identity = running.desk.identity
    return good(
        "till",
        f"This is till {identity.till} “{identity.till_name}” of {identity.restaurant_name}, "
        f"{identity.network_name}.",
    )


def _journal(running: Running) -> Finding:
    found = running.verify()
    if not found.ok:
        return bad(
            "journal",
            f"The journal is not whole: {found.problem}.",
            "Keep the folder as it is and tell the office.",
        )
    return good("journal", f"The journal is whole: {found.events} events, chain and signatures verified.")


def _cache(running: Running, language: str) -> Finding:
    status = running.cache_status()
    if not status.ready:
        return warning(
            "codes", "The list of codes is not loaded yet.", "Connect the till to the office and wait."
        )
    as_of = ""
    if status.as_of_ms is not None:
        as_of = f", as of {instant_text(status.as_of_ms, running.desk.identity.zone, language)}"
    return good("codes", f"{status.codes} codes and {status.guests} guests are loaded{as_of}.")


def _office(running: Running) -> Finding:
    if running.agent is None:
        return warning("office", "The till keeps to itself.", "Start it without --offline.")
    address = running.desk.identity.central_url
    try:
        running.agent.agent.contacts.step()
    except UserError as error:
        return bad("office", f"{address}: {error.sentence}", error.advice)
    return good("office", f"The central office at {address} answers this till.")


def _clock(running: Running) -> Iterator[Finding]:
    moment, stamp = running.desk.till.time.now(), running.desk.till.time.stamp()
    if moment.doubtful:
        yield bad(
            "clock",
            "This machine's clock cannot be trusted, so offers that depend on the time have to be decided "
            "by the shift manager.",
            "Set the clock, or connect the till to the office.",
        )
    elif abs(stamp.wall_ms - moment.at_ms) > FAR_OFF_MS:
        off_s = (stamp.wall_ms - moment.at_ms) // _MS_PER_S
        yield warning(
            "clock",
            f"This machine's clock is {abs(off_s)} seconds {'ahead' if off_s > 0 else 'behind'}.",
            "Set it; the till itself goes by the office's time.",
        )
    elif running.desk.till.time.anchored():
        yield good("clock", f"The time is the office's, to {moment.uncertainty_ms} ms.")
    else:
        yield warning(
            "clock",
            f"The office has not confirmed the time since this machine started; it is taken to be right "
            f"within {moment.uncertainty_ms // _MS_PER_S} seconds.",
            "Connect the till to the office once.",
        )


def _waiting(running: Running) -> Finding:
    safe, why = running.safe_to_close()
    oldest_ms = running.journal_status().oldest_unsettled_ms
    if oldest_ms is not None:
        zone, language = running.desk.identity.zone, running.desk.language
        why = f"{why} The oldest is of {instant_text(oldest_ms, zone, language)}."
    if safe:
        return good("waiting", why)
    return warning("waiting", why, "Nothing is lost: what waits is kept on this till.")

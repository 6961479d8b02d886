"""How the till stands with the office: said calmly, because nothing is lost while it is away."""

from dataclasses import dataclass

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.speech import Speech
from pos_app.usecases.condition import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the badge shows: the agent's state, as far as a cashier cares. Instants in ms since the epoch.

    ``cases`` of this till wait in the office for a person.
    """

    online: bool = False
    waiting: int = 0
    alarm: bool = False
    oldest_ms: int | None = None
    last_contact_ms: int | None = None
    as_of_ms: int | None = None
    update_needed: bool = False
    revoked: bool = False
    problem: str = ""
    cases: int = 0


class StandingText(Struct, frozen=True, kw_only=True):
    """The badge's words: short for the bar, lines for who asks, and a tone that alarms only when needed."""

    sign: str
    colour: str
    short: str
    lines: tuple[str, ...]


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Standing", text, None, count)


def standing_text(standing: Standing, speech: Speech) -> StandingText:
    """Put a standing into words."""
    lines = []
    if standing.waiting:
        lines.append(_say("%n events wait to be sent. They are safe on this till.", standing.waiting))
        if standing.oldest_ms is not None:
            lines.append(_say("The oldest is from {when}.").format(when=speech.clock(standing.oldest_ms)))
    else:
        lines.append(_say("Everything has been sent to the office."))
    if standing.last_contact_ms is not None:
        when = speech.clock(standing.last_contact_ms)
        lines.append(_say("Last contact with the office: {when}.").format(when=when))
    if standing.as_of_ms is not None:
        when = speech.clock(standing.as_of_ms)
        lines.append(_say("Codes and guests are as of {when}.").format(when=when))
    if standing.problem:
        lines.append(standing.problem)
    sign, colour, short = _short(standing)
    return StandingText(sign=sign, colour=colour, short=short, lines=tuple(lines))


def _short(standing: Standing) -> tuple[str, str, str]:
    if standing.revoked:
        return "alert", "refuse_text", _say("Till revoked")
    if standing.update_needed:
        return "alert", "ask_text", _say("Update needed")
    return _short_online(standing) if standing.online else _short_offline(standing)


def _short_offline(standing: Standing) -> tuple[str, str, str]:
    """Being away from the office is ordinary: no colour, no exclamation mark, until it lasts too long."""
    waiting = _say("Offline · %n waiting", standing.waiting) if standing.waiting else _say("Offline")
    return ("alert", "ask_text", waiting) if standing.alarm else ("cloud_off", "muted", waiting)


def _short_online(standing: Standing) -> tuple[str, str, str]:
    if standing.problem:
        return "alert", "ask_text", _say("Online, with a problem")
    if standing.waiting:
        return "cloud_up", "accent_text", _say("Sending · %n waiting", standing.waiting)
    return "cloud_ok", "accept_text", _say("Online")


def notice_text(
    standing: Standing, warnings: tuple[str, ...], condition: Condition | None = None
) -> tuple[str, str, str]:
    """Return (tone, sentence, advice) of what a person must act on; an empty sentence for nothing."""
    condition = condition or Condition()
    if standing.revoked:
        return (
            "refuse",
            _say("The office has revoked this till."),
            _say("What was sold is kept and is still sent. Call IT or the office."),
        )
    if condition.disk_low:
        return (
            "refuse",
            _say("This computer's disk is almost full: nothing new can be recorded."),
            _say("Free some space, or call IT. What was recorded is safe."),
        )
    if standing.update_needed:
        return (
            "ask",
            _say("This program must be updated."),
            _say("The till goes on selling meanwhile, and nothing is lost. Tell IT."),
        )
    return _milder(standing, warnings, condition)


def _milder(standing: Standing, warnings: tuple[str, ...], condition: Condition) -> tuple[str, str, str]:
    """Return what is to be said while selling goes on as usual."""
    if condition.clock_in_doubt:
        return (
            "ask",
            _say("The clock is in doubt: codes with dates or hours are asked about."),
            _say("Contact with the office sets it right; a manager may decide meanwhile."),
        )
    if warnings:
        return "ask", " ".join(warnings), ""
    if condition.low_limits and not standing.online:
        return (
            "quiet",
            _say("Away from the office, %n limits that are in use run low here.", condition.low_limits),
            _say("Their codes are refused once nothing is left. Connection brings more."),
        )
    return "ask", "", ""

"""Checks of the moment."""

from datetime import date

from sync.rules.case import Case, Finding, found
from sync.rules.local_time import local_time, parse_day
from sync.rules.reasons import Reason
from sync.rules.windows import Answer, judge_dates, judge_expiry, judge_hours, next_opening

_DOUBT = Finding(Reason.CLOCK_IN_DOUBT, ask=True)


def check_expiry(case: Case) -> Finding | None:
    """Compare with the code's own instant of expiry."""
    expires_at_ms = case.code.expires_at_ms
    answer = judge_expiry(expires_at_ms, case.moment)
    if answer is Answer.DOUBT:
        return _DOUBT
    if answer is Answer.OPEN or expires_at_ms is None:
        return None
    return found(Reason.EXPIRED, expired=f"{local_time(expires_at_ms, case.zone):%Y-%m-%dT%H:%M}")


def check_dates(case: Case) -> Finding | None:
    """Compare with the campaign's first and last day."""
    starts_on, ends_on = _day(case.campaign.starts_on), _day(case.campaign.ends_on)
    answer = judge_dates(starts_on, ends_on, case.zone, case.moment)
    if answer is Answer.DOUBT:
        return _DOUBT
    if answer is Answer.BEFORE and starts_on is not None:
        return found(Reason.NOT_STARTED, starts=starts_on.isoformat())
    if answer is Answer.AFTER and ends_on is not None:
        return found(Reason.ENDED, ends=ends_on.isoformat())
    return None


def check_hours(case: Case) -> Finding | None:
    """Compare with the campaign's hours of the day."""
    hours = case.campaign.active_hours
    answer = judge_hours(hours, case.zone, case.moment)
    if answer is Answer.DOUBT:
        return _DOUBT
    if answer is Answer.OPEN:
        return None
    params = {"hours": ", ".join(dict.fromkeys(f"{one.start}–{one.end}" for one in hours))}
    opens = next_opening(hours, case.zone, case.moment)
    if opens is not None:
        params["opens"] = f"{opens:%Y-%m-%dT%H:%M}"
    return found(Reason.OUTSIDE_HOURS, **params)


def _day(text: str | None) -> date | None:
    return None if text is None else parse_day(text)

"""Reports and lists of the shift as lines and bars."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from pos_app.ui.widgets.bar_chart import Bar
from pos_app.ui.words.line import Line
from pos_app.ui.words.speech import Speech
from pos_app.usecases.report_words import report_sections, report_title
from pos_app.usecases.shift_results import AttemptSeen, CreditEntry, ShiftReport
from sync.rules.explain import explain
from sync.rules.wording.wall_clock import instant_text

HOURS_SHOWN = 16
REASONS_SHOWN = 4


def _say(text: str) -> str:
    return QCoreApplication.translate("Shift", text)


def report_lines(report: ShiftReport, speech: Speech) -> list[Line]:
    """Write a report as lines that are only read."""
    lines = []
    for section in report_sections(report, speech.language):
        lines.append(Line(title=section.title, heading=True))
        lines += [
            Line(
                title=row.label,
                value=row.value,
                plain=True,
                part=row.part,
                tone="refuse" if row.alarm else "",
            )
            for row in section.rows
        ]
    return lines


def hour_bars(report: ShiftReport, speech: Speech) -> list[Bar]:
    """Show the newest hours, each by the hour at which it begins."""
    return [
        Bar(
            instant_text(hour.at_ms, report.zone, speech.language)[-5:-3],
            hour.paid_minor,
            speech.number(hour.paid_minor),
        )
        for hour in report.by_hour[-HOURS_SHOWN:]
    ]


def refused_bars(report: ShiftReport, speech: Speech) -> list[Bar]:
    """Show the most frequent reasons."""
    counted = sorted(report.figures.refused.items(), key=lambda each: (-each[1], each[0]))
    return [
        Bar(explain(reason, (), speech.language).headline, count, str(count))
        for reason, count in counted[:REASONS_SHOWN]
    ]


def people_bars(report: ShiftReport, speech: Speech) -> list[Bar]:
    """Show what each person sold, the most first."""
    sold = [each for each in report.figures.by_staff if each.figures.sales]
    ordered = sorted(sold, key=lambda each: (-each.figures.paid_minor, each.staff))
    return [
        Bar(
            report.names.get(each.staff) or _say("The till itself"),
            each.figures.paid_minor,
            speech.number(each.figures.paid_minor),
        )
        for each in ordered
    ]


def attempt_lines(attempts: Sequence[AttemptSeen], speech: Speech) -> list[Line]:
    """List what was not accepted."""
    lines = [
        Line(
            title=each.sentence,
            note=" · ".join(
                part for part in (speech.clock(each.at_ms), each.staff, source_words(each.source)) if part
            ),
            sign="ask" if each.asked else "refuse",
            tone="ask" if each.asked else "refuse",
        )
        for each in attempts
    ]
    return lines or [Line(title=_say("Everything was accepted so far."), plain=True)]


def credit_lines(given: Sequence[CreditEntry], speech: Speech) -> list[Line]:
    """List points that were given or taken by hand."""
    lines = [
        Line(
            title=f"{each.guest or each.guest_id} · {reason_words(each.reason)}",
            note=" · ".join(
                part
                for part in (
                    speech.clock(each.at_ms),
                    each.staff,
                    each.approved_by,
                    each.note,
                    "" if each.settled else _say("waits for the office"),
                )
                if part
            ),
            value=f"{each.points:+d}".replace("-", "−"),
            sign="plus" if each.points > 0 else "minus",
            tone="accept" if each.points > 0 else "refuse",
        )
        for each in given
    ]
    return lines or [Line(title=_say("No points were given or taken by hand."), plain=True)]


def past_lines(reports: Sequence[ShiftReport], speech: Speech) -> list[Line]:
    """List earlier shifts by their Z reports."""
    lines = []
    for report in reports:
        difference = report.difference_minor or 0
        closed = speech.clock(report.closed_at_ms or report.at_ms)
        note = _say("closed {when} by {who}").format(when=closed, who=report.closed_by or "–")
        if difference:
            note = f"{note} · {_say('difference')} {speech.number(difference)}"
        lines.append(
            Line(
                title=report_title(report, speech.language),
                note=note,
                value=speech.money(report.figures.whole.paid_minor),
                sign="alert" if difference else "check",
                tone="ask" if difference else "accept",
            )
        )
    return lines or [Line(title=_say("No shift was closed here yet."), plain=True)]


def source_words(source: str) -> str:
    """Say how a code came in; what another program named stands as it is."""
    return {
        "CAMERA": _say("camera"),
        "GALLERY": _say("picture"),
        "LINK": _say("link"),
        "SHARE": _say("shared"),
        "WEDGE": _say("hand scanner"),
        "SERIAL": _say("hand scanner"),
        "TYPED": _say("typed"),
    }.get(source, source)


def credit_reasons() -> list[tuple[str, str]]:
    """Return why points are given or taken by hand."""
    return [
        ("apology", _say("Apology")),
        ("forgotten_card", _say("Card was forgotten")),
        ("birthday", _say("Birthday")),
        ("wrong_booking", _say("Wrong booking")),
        ("abuse", _say("Abuse")),
        ("other", _say("Something else")),
    ]


def reason_words(reason: str) -> str:
    """Say a reason; one that another program gave stands as it is."""
    return dict(credit_reasons()).get(reason, reason)

"""What the verdict card says about each thing that can happen at a counter.

Every function here is pure: the same thing in, the same words out, in the language that is named.
"""

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.card_text import MAX_FACTS, ActionText, BannerText, VerdictText
from pos_app.ui.words.change import change_hints
from pos_app.ui.words.speech import Speech
from pos_app.usecases import phrases
from pos_app.usecases.network_settings import item_names
from pos_app.usecases.results import CodeSeen, GuestSeen, LookUp, Nothing, Sold, StaffSeen
from sync.rules.explain import explain
from sync.rules.gives import describe
from sync.rules.user_error import UserError

_CONTEXT = "Verdict"


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate(_CONTEXT, text, None, count)


def ready_words() -> VerdictText:
    """Say that nothing was scanned yet."""
    return VerdictText(
        banner=BannerText(tone="quiet", sign="scan", headline=_say("Ready to scan")),
        message=_say("Hold a code or a guest's card in front of the camera."),
        facts=(
            ("keyboard", _say("Or type the code below the picture (F2).")),
            ("picture", _say("Or open a picture that shows a code (F3).")),
        ),
    )


def looking_words() -> VerdictText:
    """Say that a code was read and is being judged, perhaps by the office."""
    return VerdictText(
        banner=BannerText(tone="quiet", sign="wait", headline=_say("One moment…")),
        message=_say("The code is being checked."),
        facts=(("cloud_up", _say("If need be the office is asked: that takes less than a second.")),),
    )


def look_up_words(look_up: LookUp, speech: Speech) -> VerdictText:
    """Say what a text is, whether it may be used, and what it gives."""
    explanation = explain(look_up.reason, look_up.verdict.params, speech.language)
    tone = look_up.outcome.value
    subject, headline, message = "", explanation.headline, explanation.sentence
    advice, gives = explanation.advice, look_up.gives
    facts: list[tuple[str, str]] = []
    match look_up.subject:
        case CodeSeen() as seen:
            subject = seen.code.name or (seen.campaign.name if seen.campaign else "")
            if seen.campaign:
                gives = describe(seen.campaign, speech.language, names=item_names(speech.settings))
            facts += _code_facts(look_up, seen, speech)
        case GuestSeen() as seen:
            subject = f"{seen.name} · …{seen.phone_last4}" if seen.phone_last4 else seen.name
            if look_up.accepted:
                gives = guest_gives(seen, speech)
            facts += _guest_facts(look_up, seen, speech)
        case StaffSeen() as seen:
            subject = seen.name
            headline = phrases.phrase("badge_headline", speech.language)
            message = phrases.phrase("badge", speech.language, name=seen.name)
            advice = phrases.phrase("badge_advice", speech.language)
        case Nothing():
            facts += _as_of(look_up, speech)
        case _ as never:
            assert_never(never)
    decided = look_up.decided
    if decided is not None:
        # The rules' question is answered: what counts now is what the manager said.
        tone = "accept" if decided.allowed else "refuse"
        words = "allowed" if decided.allowed else "not_allowed"
        headline = phrases.phrase(f"{words}_headline", speech.language)
        message, advice = phrases.phrase(words, speech.language, name=decided.by_name), ""
    return VerdictText(
        banner=BannerText(tone=tone, sign=tone, headline=headline, subject=subject),
        gives=_first_large(gives) if look_up.accepted else "",
        message=message,
        advice=advice,
        facts=tuple(facts),
    )


def guest_gives(seen: GuestSeen, speech: Speech) -> str:
    """Say what a guest's tier gives: off the bill, or as points."""
    tiers = speech.settings.tiers if speech.settings else ()
    bp = next((tier.percent_bp for tier in tiers if tier.name == seen.guest.tier), 0)
    if not bp:
        return seen.guest.tier
    share = phrases.percent(bp, speech.language)
    if speech.settings and speech.settings.model == "POINTS":
        return _say("{percent} % in points, {tier}").format(percent=share, tier=seen.guest.tier)
    return _say("{percent} % off, {tier}").format(percent=share, tier=seen.guest.tier)


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _code_facts(look_up: LookUp, seen: CodeSeen, speech: Speech) -> list[tuple[str, str]]:
    facts = []
    if look_up.vip:
        facts.append(("star", _say("VIP: this order goes first.")))
    told = dict(look_up.verdict.params)
    used = phrases.history(seen.code, str(speech.zone), speech.language)
    if used and "first_used" not in told:
        facts.append(("clock", used))
    if seen.code.max_uses is not None and look_up.as_of_ms is not None and "uses" not in told:
        text = _say("Uses known to the office: {uses} of {max_uses}, as of {when}")
        facts.append(
            (
                "ticket",
                text.format(
                    uses=seen.code.uses, max_uses=seen.code.max_uses, when=speech.clock(look_up.as_of_ms)
                ),
            )
        )
    return facts


def _guest_facts(look_up: LookUp, seen: GuestSeen, speech: Speech) -> list[tuple[str, str]]:
    as_of = seen.guest.as_of_ms or look_up.as_of_ms
    points = _say("%n points", seen.guest.points)
    if as_of is not None:
        points = _say("{points} as of {when}").format(points=points, when=speech.clock(as_of))
    return [("card", points)]


def _as_of(look_up: LookUp, speech: Speech) -> list[tuple[str, str]]:
    if look_up.as_of_ms is None:
        return [("download", _say("This till has not been filled by the office yet."))]
    return [
        ("clock", _say("What this till knows is as of {when}.").format(when=speech.clock(look_up.as_of_ms)))
    ]


def unreadable_words(language: str) -> VerdictText:
    """Say that a symbol was read whose bytes are no text."""
    explanation = explain("unreadable_code", (), language)
    return VerdictText(
        banner=BannerText(tone="refuse", sign="refuse", headline=explanation.headline),
        message=explanation.sentence,
        advice=explanation.advice,
    )


def decide_caption() -> str:
    """Name the button with which a manager decides."""
    return _say("A manager decides")


def receipt_action() -> ActionText:
    """Offer the receipt of the sale that was just made."""
    return ActionText(name="receipt", caption=_say("Receipt"), sign="receipt", key="Ctrl+R")


def sold_words(sold: Sold, speech: Speech, exponent: int) -> VerdictText:
    """Say that the sale stands in the journal: only after COMMIT. ``exponent`` is the currency's decimals."""
    facts: list[tuple[str, str]] = []
    if sold.vip:
        facts.append(("star", _say("VIP: this order goes first.")))
    if sold.discount_minor:
        facts.append(
            (
                "gift",
                _say("{discount} off {total}").format(
                    discount=speech.money(sold.discount_minor), total=speech.money(sold.total_minor)
                ),
            )
        )
    if sold.points_spent:
        facts.append(("card", _points_used(sold, speech)))
    elif sold.points_earned:
        facts.append(("card", _say("%n points earned", sold.points_earned)))
    facts.append(("check", _say("Safely recorded on this till.")))
    money = sold.money_minor
    return VerdictText(
        banner=BannerText(
            tone="accept",
            sign="accept",
            headline=_say("Sale done"),
            subject=_say("Receipt {number}, {when}").format(
                number=sold.receipt, when=speech.clock(sold.at_ms)
            ),
        ),
        gives=_say("Paid {amount}").format(amount=speech.money(money)),
        message=change_words(money, speech, exponent),
        facts=tuple(facts[:MAX_FACTS]),
    )


def change_words(money_minor: int, speech: Speech, exponent: int) -> str:
    """Say what goes back for the notes that are likely to be given; empty for a bill of nothing."""
    hints = [
        _say("{given}: {back} back").format(given=speech.number(given), back=speech.number(back))
        for given, back in change_hints(money_minor, exponent)
    ]
    return _say("Change from {hints}").format(hints=" · ".join(hints)) if hints else ""


def _points_used(sold: Sold, speech: Speech) -> str:
    spent = _say("%n points used", sold.points_spent)
    if sold.points_paid_minor:
        spent = _say("{spent}, worth {amount}").format(
            spent=spent, amount=speech.money(sold.points_paid_minor)
        )
    earned = _say("%n points earned", sold.points_earned) if sold.points_earned else ""
    return " · ".join(part for part in (spent, earned) if part)


def error_words(error: UserError, sentence: str, advice: str) -> VerdictText:
    """Say that something did not go, and nothing was done."""
    headline = {
        "commit_unknown": _say("Selling is stopped"),
        "disk_failed": _say("Selling is stopped"),
        "disk_low": _say("Disk is full"),
        "disk_full": _say("Disk is full"),
    }.get(error.reason, _say("Not done"))
    return VerdictText(
        banner=BannerText(tone="refuse", sign="refuse", headline=headline), message=sentence, advice=advice
    )


def already_words(look_up: LookUp, speech: Speech) -> VerdictText:
    """Say that this code stands on the bill already; it is not used twice."""
    said = look_up_words(look_up, speech)
    explanation = explain("already_in_basket", (), speech.language)
    return VerdictText(
        banner=BannerText(tone="ask", sign="ask", headline=explanation.headline, subject=said.banner.subject),
        message=explanation.sentence,
        advice=explanation.advice,
        facts=said.facts,
    )

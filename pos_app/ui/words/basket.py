"""The lines of the bill: what is sold, and each scanned code, whether it applies, and what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from pos_app.ui.basket import BillLine
from pos_app.ui.words.speech import Speech
from pos_app.ui.words.verdict import guest_gives
from pos_app.usecases.best_choice import Better
from pos_app.usecases.network_settings import item_names
from pos_app.usecases.results import CodeSeen, GuestSeen, LookUp, Priced
from sync.rules.explain import explain
from sync.rules.gives import describe
from sync.rules.rewards import Reward
from sync.rules.verdict import Verdict


def _say(text: str) -> str:
    return QCoreApplication.translate("Bill", text)


class SoldLine(Struct, frozen=True, kw_only=True):
    """One line of what is sold: ``note`` says how many at which price."""

    title: str
    note: str
    value: str
    quantity: int


def sold_lines(bill: Sequence[BillLine], speech: Speech) -> list[SoldLine]:
    """Describe what is sold, in the order in which it was put on the bill."""
    return [
        SoldLine(
            title=line.product.name if line.product is not None else _say("Amount"),
            note=f"{line.quantity} × {speech.number(line.each_minor)}",
            value=speech.number(line.amount_minor),
            quantity=line.quantity,
        )
        for line in bill
    ]


def better_words(better: Better, speech: Speech) -> tuple[str, str]:
    """Say that other codes would give more, and which."""
    names = ", ".join(look.code.name for look in better.take if look.code is not None)
    if better.more_minor > 0:
        more = _say("{amount} more off is possible.").format(amount=speech.money(better.more_minor))
    else:
        more = _say("More points are possible.")
    return more, _say("Take: {codes}").format(codes=names)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLine:
    """One line.

    ``applies`` is False when this basket does not take the code: ``note`` then says why in a word or two,
    ``why`` in a sentence. ``place`` is the code's place among the look-ups, ``sign`` its icon.
    """

    title: str
    note: str
    value: str
    applies: bool
    why: str = ""
    place: int = 0
    sign: str = "ticket"


def applied_lines(look_ups: tuple[LookUp, ...], priced: Priced | None, speech: Speech) -> list[AppliedLine]:
    """Describe every scanned code: those that do not apply first, else in the order of scanning."""
    lines = [replace(_line(look_up, priced, speech), place=place) for place, look_up in enumerate(look_ups)]
    return sorted(lines, key=lambda line: line.applies)


def _line(look_up: LookUp, priced: Priced | None, speech: Speech) -> AppliedLine:
    match look_up.subject:
        case CodeSeen() as seen:
            return _code_line(look_up, seen, priced, speech)
        case GuestSeen() as seen:
            off = priced.tier_discount_minor if priced else 0
            value = speech.number(-off) if off else ""
            return AppliedLine(
                title=seen.name, note=guest_gives(seen, speech), value=value, applies=True, sign="user"
            )
        case _:
            return AppliedLine(title=look_up.headline, note=look_up.message, value="", applies=False)


def _code_line(look_up: LookUp, seen: CodeSeen, priced: Priced | None, speech: Speech) -> AppliedLine:
    campaign = seen.campaign
    title = seen.code.name or (campaign.name if campaign else "")
    names = item_names(speech.settings)
    gives = describe(campaign, speech.language, names=names) if campaign else ""
    for given in priced.left_out if priced else ():
        if given.look_up.digest == look_up.digest:
            return _left_out(title, given.verdict, speech)
    for given in priced.given if priced else ():
        if given.look_up.digest == look_up.digest:
            return AppliedLine(title=title, note=gives, value=_worth(given.verdict, speech), applies=True)
    return AppliedLine(title=title, note=gives, value="", applies=True)


def _left_out(title: str, verdict: Verdict, speech: Speech) -> AppliedLine:
    said = explain(verdict.reason, verdict.params, speech.language)
    return AppliedLine(title=title, note=said.headline, value="–", applies=False, why=said.sentence)


def _worth(verdict: Verdict, speech: Speech) -> str:
    if verdict.discount_minor:
        return speech.number(-verdict.discount_minor)
    return f"+{verdict.points}" if verdict.points else ""


def reward_lines(rewards: Sequence[Reward], first_place: int) -> list[AppliedLine]:
    """Describe the rewards on the bill; their places follow those of the look-ups."""
    return [
        AppliedLine(
            title=reward.name,
            note=_say("Reward"),
            value=_say("−{points} pts").format(points=reward.points),
            applies=True,
            place=first_place + number,
            sign="gift",
        )
        for number, reward in enumerate(rewards)
    ]

"""What the guest card says: tier and the way to the next one, points, rewards, what points could pay."""

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.speech import Speech
from pos_app.ui.words.verdict import guest_gives
from pos_app.usecases.quote import Quote
from pos_app.usecases.results import GuestSeen, LookUp
from pos_app.usecases.rewards_offer import RewardOffer
from sync.protocol.feed import SettingsRow
from sync.rules.explain import explain
from sync.rules.rewards import Reward

FULL = 100


class ChoiceText(Struct, frozen=True, kw_only=True):
    """Something that the guest may take: a reward, or (``code_id``) a voucher of the wallet.

    ``taken`` when it stands on the bill already; ``worth`` is what it takes off this bill, as a number.
    """

    title: str
    note: str
    enabled: bool
    worth: str = ""
    taken: bool = False
    reward: Reward | None = None
    code_id: int = 0


class GuestText(Struct, frozen=True, kw_only=True):
    """Everything on the guest card. ``progress`` is 0 to 100 on the way to the next tier, None at the top."""

    tier: str
    gives: str
    points: str
    progress: int | None
    way: str
    most_points: int = 0
    paying: int = 0
    pay: str = ""
    choices: tuple[ChoiceText, ...] = ()


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Guest", text, None, count)


def guest_text(look: LookUp, quote: Quote | None, taken: tuple[Reward, ...], speech: Speech) -> GuestText:
    """Put a guest whose card was scanned into words. ``taken`` are the rewards on the bill."""
    seen = look.subject
    if not isinstance(seen, GuestSeen):
        message = "this look-up is no guest"
        raise TypeError(message)
    guest = quote.priced.guest if quote is not None and quote.priced.guest is not None else seen.guest
    as_of = guest.as_of_ms or look.as_of_ms
    points = _say("%n points", guest.points)
    if as_of is not None:
        points = _say("{points} as of {when}").format(points=points, when=speech.clock(as_of))
    progress, way = _way_up(guest.tier, guest.points, speech.settings)
    most, pays = (quote.most, quote.paying) if quote is not None else (None, None)
    return GuestText(
        tier=guest.tier,
        gives=guest_gives(seen, speech),
        points=points,
        progress=progress,
        way=way,
        most_points=most.points if most else 0,
        paying=pays.points if pays else 0,
        pay=_paying(quote, speech),
        choices=(
            *(_voucher(carried, speech) for carried in (quote.carried if quote else ())),
            *(_choice(offer, taken, speech) for offer in (quote.rewards if quote else ())),
        ),
    )


def _way_up(tier: str, points: int, settings: SettingsRow | None) -> tuple[int | None, str]:
    """Say how far the next tier is, by the points that are known here; nothing for a tier that is unknown."""
    tiers = sorted(settings.tiers if settings else (), key=lambda each: each.from_points)
    here = next((at for at, each in enumerate(tiers) if each.name == tier), None)
    if here is None:
        return None, ""
    if here + 1 == len(tiers):
        return None, _say("{tier} is the highest tier.").format(tier=tier)
    start, following = tiers[here].from_points, tiers[here + 1]
    missing = max(0, following.from_points - points)
    length = max(1, following.from_points - start)
    done = min(FULL, max(0, FULL * (points - start) // length))
    return done, _say("%n points to {tier}", missing).format(tier=following.name)


def _paying(quote: Quote | None, speech: Speech) -> str:
    """Say what points pay, or could pay at most."""
    if quote is None or not quote.most.points:
        return ""
    part = quote.paying if quote.paying.points else quote.most
    amount = speech.money(part.amount_minor)
    if quote.paying.points:
        return _say("%n points pay {amount}.", part.points).format(amount=amount)
    return _say("%n points could pay {amount}.", part.points).format(amount=amount)


def _voucher(look: LookUp, speech: Speech) -> ChoiceText:
    """Say what a voucher of the wallet would give."""
    code = look.code
    worth = speech.number(-look.verdict.discount_minor) if look.verdict.discount_minor else ""
    return ChoiceText(
        title=code.name if code is not None else "",
        note=look.gives,
        worth=worth,
        enabled=True,
        code_id=code.id if code is not None else 0,
    )


def _choice(offer: RewardOffer, taken: tuple[Reward, ...], speech: Speech) -> ChoiceText:
    note = _say("%n points", offer.reward.points)
    if not offer.verdict.accepted:
        note = f"{note} · {explain(offer.verdict.reason, offer.verdict.params, speech.language).headline}"
    return ChoiceText(
        title=offer.reward.name,
        note=note,
        enabled=offer.verdict.accepted,
        taken=offer.reward in taken,
        reward=offer.reward,
    )

"""Whether a new guest may register here: the network's two switches and the referral code that was given."""

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.known import known_of
from sync.protocol.feed import SettingsRow
from sync.rules.campaign import Campaign
from sync.rules.code import Code, Kind
from sync.rules.evaluate import evaluate
from sync.rules.explain import explain
from sync.rules.normalise import exact
from sync.rules.reasons import Reason
from sync.rules.referral import ReferralSettings, judge_registration
from sync.rules.sale import Basket, Guest
from sync.rules.verdict import Outcome, Verdict
from sync.till.cache.found import Found, FoundCode, NotFound
from sync.till.journal.use_book import OwnUses

_NEWCOMER = Guest(id=0)
"""Somebody who has no number yet, and so is nobody's code's owner and has used none."""


class Registration(Struct, frozen=True, kw_only=True):
    """The answer, with its words. ``code`` is the referral code that counts with the registration, if any.

    ``campaign`` is the one that the code belongs to, ``points`` are what the newcomer gets for it.
    """

    reason: Reason
    headline: str
    message: str
    advice: str
    code: Code | None = None
    campaign: Campaign | None = None
    points: int = 0

    @property
    def allowed(self) -> bool:
        """Whether the guest may register."""
        return self.reason is Reason.OK


class RegistrationRules(Struct, frozen=True, kw_only=True):
    """Whether a newcomer may bring a referral code, and whether they must."""

    referral: bool
    referral_required: bool


def registration_rules(desk: Desk) -> RegistrationRules:
    """Say what the network's switches ask."""
    switches = _switches(desk.settings())
    return RegistrationRules(referral=switches.enabled, referral_required=switches.effectively_required)


def may_register(desk: Desk, referral: str | None) -> Registration:
    """Judge a registration with the text of a referral code, or without any (None or blank). Writes nothing."""
    text = exact(referral or "")
    found, settings = desk.files.call(
        lambda: (desk.till.cache.find(text) if text else None, desk.till.cache.settings())
    )
    switches = _switches(settings)
    verdict = None
    if found is not None:
        known = known_of(settings, OwnUses())
        verdict = (
            evaluate(
                found.code,
                found.campaign,
                _NEWCOMER,
                Basket(currency=desk.identity.currency, known=False),
                desk.till.time.now(),
                desk.place,
                known=known,
            )
            if isinstance(found, FoundCode) and found.code.kind is Kind.REFERRAL
            else _no_referral_code(found)
        )
    reason = judge_registration(switches, verdict)
    params = verdict.params if verdict is not None and verdict.reason == reason else ()
    words = explain(reason, params, desk.language)
    counts = found if reason is Reason.OK and isinstance(found, FoundCode) else None
    return Registration(
        reason=reason,
        headline=words.headline,
        message=words.sentence,
        advice=words.advice,
        code=None if counts is None else counts.code,
        campaign=None if counts is None else counts.campaign,
        points=0 if counts is None or verdict is None else verdict.points,
    )


def _switches(settings: SettingsRow | None) -> ReferralSettings:
    if settings is None:
        return ReferralSettings()
    return ReferralSettings(enabled=settings.referral_enabled, required=settings.referral_required)


def _no_referral_code(found: Found) -> Verdict:
    """Refuse what is no referral code; a till that knows nothing yet says so."""
    not_yet = isinstance(found, NotFound) and not found.loaded
    return Verdict(outcome=Outcome.REFUSE, reason=Reason.NOT_LOADED if not_yet else Reason.UNKNOWN_CODE)

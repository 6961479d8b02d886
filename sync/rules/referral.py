"""Referral codes at registration (document 001): two switches, and who profits."""

from dataclasses import dataclass

from sync.rules.code import Code
from sync.rules.reasons import Reason
from sync.rules.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSettings:
    """A network's switches; both are off until somebody turns them on."""

    enabled: bool = False
    required: bool = False

    @property
    def effectively_required(self) -> bool:
        """Whether a new guest needs a code: the requirement counts only while referrals are on."""
        return self.enabled and self.required


def judge_registration(settings: ReferralSettings, verdict: Verdict | None) -> Reason:
    """Say whether a new guest may register: ``ok``, or why not.

    ``verdict`` is what :func:`sync.rules.evaluate.evaluate` said of the code that was given, None where
    none was. A code that is given must be good even where none is needed: a guest who hopes for
    something is told, not passed over.
    """
    if verdict is not None and not settings.enabled:
        return Reason.REFERRAL_DISABLED
    if verdict is None:
        return Reason.REFERRAL_REQUIRED if settings.effectively_required else Reason.OK
    return Reason.OK if verdict.accepted else Reason(verdict.reason)


def beneficiary(code: Code) -> int | None:
    """Return who profits from a use: the named beneficiary, else the code's owner, else nobody."""
    return code.holder_guest_id if code.beneficiary_id is None else code.beneficiary_id

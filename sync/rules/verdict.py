"""The answer of the rules."""

from dataclasses import dataclass, field
from enum import StrEnum

from sync.rules.version import RULES_VERSION


class Outcome(StrEnum):
    """Accept, ask a manager, refuse."""

    ACCEPT = "accept"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """May this code be used, why, and what is it worth.

    ``reason`` is a stable identifier of :mod:`sync.rules.reasons`; ``params`` fills the placeholders of
    its sentences (sorted name/value pairs, text only, so that a verdict is hashable and plain).
    ``discount_minor`` is what comes off this basket; ``discount_by_line`` its exact split (same order
    as the basket's lines, sums to ``discount_minor``). ``tier`` is what a tier grant would give. A verdict
    that asks carries its worth too, so that a manager sees what is decided.
    """

    outcome: Outcome
    reason: str
    params: tuple[tuple[str, str], ...] = ()
    discount_minor: int = 0
    discount_by_line: tuple[int, ...] = field(default=())
    points: int = 0
    rules_version: int = RULES_VERSION
    tier: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the code may be used without asking anybody."""
        return self.outcome is Outcome.ACCEPT

"""The one way in which time enters the rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant as far as it can be trusted.

    ``at_ms`` is milliseconds since the Unix epoch, UTC. The true instant lies within
    ``at_ms ± uncertainty_ms``. ``doubtful`` is set when the clock cannot be trusted at all (behind the
    high-water mark, or far ahead of it without contact): a time-windowed code then becomes ``ask``.
    ``zone`` is the IANA zone of the place, used where a campaign names none.
    """

    at_ms: int
    uncertainty_ms: int = 0
    zone: str = "UTC"
    doubtful: bool = False

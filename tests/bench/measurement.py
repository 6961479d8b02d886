"""One measured figure, with its goal and the reference measured in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A figure of ``make bench``.

    ``reference`` is what stands beside it in the same run (same unit), ``ratio`` value / reference.
    ``goal`` is text, as a person would say it (``"p99 ≤ 33 ms"``). ``note`` says what else matters.
    """

    name: str
    value: float
    unit: str
    goal: str
    reference: float | None = None
    ratio: float | None = None
    note: str = ""

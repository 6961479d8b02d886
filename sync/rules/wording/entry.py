"""The shape of one reason's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said about one reason.

    ``headline`` is read at arm's length (two or three words); ``sentence`` says what is the matter;
    each of ``details`` is added only when all its ``{placeholders}`` are known; ``advice`` is what the
    cashier does next, empty when there is nothing to do.
    """

    headline: str
    sentence: str
    details: tuple[str, ...] = ()
    advice: str = ""

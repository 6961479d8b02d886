"""What is wrong with something a person wants to save: the field, and why."""

from dataclasses import dataclass

from sync.rules.user_error import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One contradiction. ``field`` is the field's name as programs know it; ``sentence`` names it too."""

    field: str
    sentence: str


def refuse(reason: str, faults: list[Fault]) -> None:
    """Raise one :class:`UserError` that says every fault; nothing happens when there is none."""
    if faults:
        raise UserError(
            reason,
            " ".join(fault.sentence for fault in faults),
            "Correct the named fields, then save again.",
        )

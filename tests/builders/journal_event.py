"""One signed event of a till's journal, made by the modules that ship: what every pen of the tests writes with."""

from typing import Any

from sync.protocol.event import SignedEvent, encode_envelope, sign_event
from sync.protocol.keys import SigningKey


def signed_event(
    key: SigningKey, payload: object, *, seq: int, previous: bytes, at_ms: int, **envelope: Any
) -> SignedEvent:
    """Write and sign an event; ``envelope`` names its journal, and overrides fields to break one on purpose."""
    fields = {
        "seq": seq,
        "kind": getattr(payload, "KIND", "future.kind"),
        "kind_version": getattr(payload, "KIND_VERSION", 1),
        "previous": previous.hex(),
        "wall_ms": at_ms,
        "trusted_ms": at_ms,
        "uncertainty_ms": 20,
        "monotonic_ms": seq,
        "boot": "2f6f4301-1c3c-4a52-9d0b-0d3ab8a3e1a4",
        "cursor": ("", 0),
        **envelope,
    }
    return sign_event(key, encode_envelope(fields, payload))

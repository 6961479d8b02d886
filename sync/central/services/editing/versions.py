"""Versions of what is edited as a whole: by what stands there, so that nothing has to be counted up.

Whoever sends a version with a change has seen exactly what it stands for; any other version means that somebody else was
faster, and is refused with what stands now.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

VERSION_BITS = 53
"""As many as every reader of JSON keeps exactly."""

_View = TypeVar("_View", bound=msgspec.Struct)


def versioned(view: _View, *beside: object) -> _View:
    """Return a view with its ``version``, which changes with anything that it shows, and with what stands ``beside`` it."""
    return msgspec.structs.replace(
        view, version=version_of({**msgspec.to_builtins(view), "version": 0}, *beside)
    )


def version_of(*content: object) -> int:
    """Return the version of what is changed as a whole, for a view that shows more than that."""
    digest = hashlib.sha256(msgspec.json.encode(content, order="deterministic")).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - VERSION_BITS)


def require_version(noun: str, now: msgspec.Struct, change: msgspec.Struct) -> None:
    """Raise :class:`Refusal` ``conflict`` for a change whose ``version`` is not the one that stands; without one it may.

    The caller's transaction has locked what is changed before it read ``now``.
    """
    asked, standing = getattr(change, "version"), getattr(now, "version")  # noqa: B009 - structs of several kinds
    if asked in (msgspec.UNSET, standing):
        return
    shown: dict[str, Any] = msgspec.to_builtins(now)
    wanted: dict[str, Any] = msgspec.to_builtins(change)
    meanwhile = {
        name: shown[name]
        for name, value in wanted.items()
        if name != "version" and name in shown and shown[name] != value
    }
    raise changed_meanwhile(noun, standing, meanwhile)


def changed_meanwhile(noun: str, version: int, standing: Mapping[str, object]) -> Refusal:
    """Say that somebody else was faster: the version now, and what stands in the fields that a change would have changed."""
    named = "; ".join(f"{name} is {_said(value)}" for name, value in standing.items())
    return Refusal(
        ProblemType.CONFLICT,
        f"Somebody else has changed this {noun} meanwhile.",
        f"It is at version {version} now: {named or 'other fields were changed'}. "
        "Look at it again, and send your change with that version.",
    )


def _said(value: object) -> str:
    """Write a value as a caller would; texts bare."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()

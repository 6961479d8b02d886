"""Encoding: MessagePack on the wire, canonical JSON for what is hashed and signed.

Bodies under ``/sync/v1`` are MessagePack in both directions; errors are problem details in JSON.
Canonical JSON has sorted keys, UTF-8, no white space and no floating-point numbers, so that one content
has one sequence of bytes. Received bytes are never encoded again: they are stored and verified as they
came.
"""

from typing import TypeVar

import msgspec

MEDIA_TYPE = "application/msgpack"

T = TypeVar("T")


class WireError(ValueError):
    """Bytes that are not the message they should be. The text names the field."""


def pack(message: object) -> bytes:
    """Encode one message for the wire."""
    return msgspec.msgpack.encode(message)


def unpack(body: bytes, message_type: type[T]) -> T:
    """Decode one message strictly; raises :class:`WireError` with the field's path."""
    try:
        return msgspec.msgpack.decode(body, type=message_type)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError(str(error)) from error


def canonical(content: object) -> bytes:
    """Encode content for hashing. Structs that go through here declare no float field."""
    return msgspec.json.encode(content, order="sorted")


def read_canonical(body: bytes, content_type: type[T]) -> T:
    """Decode canonical bytes; raises :class:`WireError` with the field's path."""
    try:
        return msgspec.json.decode(body, type=content_type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)) from error


def plain(content: object) -> object:
    """Turn structs and dataclasses into plain dicts, lists and strings, for JSON columns and logs."""
    return msgspec.to_builtins(content)

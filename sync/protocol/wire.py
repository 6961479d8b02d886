"""Encoding: MessagePack on the wire, canonical JSON for what is hashed and signed.

Bodies under ``/sync/v1`` are MessagePack in both directions; errors are problem details in JSON.
Canonical JSON has sorted keys, UTF-8, no white space and no floating-point numbers, so that one content
has one sequence of bytes. Received bytes are never encoded again: they are stored and verified as they
came.

A message's type is taken apart at its first use, and msgspec lets go of the interpreter's lock meanwhile: a
second thread that then meets the half-known type ends the process (a segmentation fault, seen in real tills
that were started again and again). So types are taken apart one at a time, whoever asks.
"""

import threading
from typing import Any, TypeVar

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
        return _of_packed(message_type).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError(str(error)) from error


def canonical(content: object) -> bytes:
    """Encode content for hashing. Structs that go through here declare no float field."""
    return msgspec.json.encode(content, order="sorted")


def read_canonical(body: bytes, content_type: type[T]) -> T:
    """Decode canonical bytes; raises :class:`WireError` with the field's path."""
    try:
        return _of_written(content_type).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)) from error


def plain(content: object) -> object:
    """Turn structs and dataclasses into plain dicts, lists and strings, for JSON columns and logs."""
    return msgspec.to_builtins(content)


_taking_apart = threading.Lock()
_packed: dict[Any, "msgspec.msgpack.Decoder[Any]"] = {}
_written: dict[Any, "msgspec.json.Decoder[Any]"] = {}


def _of_packed(message_type: type[T]) -> "msgspec.msgpack.Decoder[T]":
    decoder = _packed.get(message_type)
    if decoder is None:
        with _taking_apart:
            decoder = _packed.setdefault(message_type, msgspec.msgpack.Decoder(message_type))
    return decoder


def _of_written(content_type: type[T]) -> "msgspec.json.Decoder[T]":
    decoder = _written.get(content_type)
    if decoder is None:
        with _taking_apart:
            decoder = _written.setdefault(content_type, msgspec.json.Decoder(content_type))
    return decoder

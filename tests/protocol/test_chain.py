import os
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.chain import ChainError, follow, verify_batch, verify_each
from sync.protocol.event import (
    GENESIS,
    SignedEvent,
    Spend,
    encode_envelope,
    event_hash,
    read_envelope,
    sign_event,
)
from sync.protocol.ids import uuid7
from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.payloads import Attempt, Redemption, read_payload
from sync.protocol.wire import WireError

KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(32))
LEASE = UUID(int=7)


@dataclass
class Pen:
    """Writes one till's chain, event by event."""

    key: SigningKey = KEY
    previous: bytes = GENESIS
    written: list[SignedEvent] = field(default_factory=list)

    def write(self, payload: Attempt | Redemption, *, spends: tuple[Spend, ...] = ()) -> SignedEvent:
        seq = len(self.written) + 1
        fields = {
            "network": 1,
            "till": 2,
            "incarnation": 1,
            "seq": seq,
            "event": uuid7(1_700_000_000_000 + seq, os.urandom(10)),
            "kind": payload.KIND,
            "kind_version": payload.KIND_VERSION,
            "previous": self.previous.hex(),
            "wall_ms": 1_700_000_000_000,
            "trusted_ms": 1_700_000_000_000,
            "uncertainty_ms": 40,
            "monotonic_ms": 5_000,
            "boot": "b",
            "cursor": ("epoch", 3),
            "spends": spends,
        }
        body = encode_envelope(fields, payload)
        self.previous = event_hash(body)
        self.written.append(sign_event(self.key, body))
        return self.written[-1]


def attempt(reason: str = "unknown_code") -> Attempt:
    return Attempt(outcome="refuse", reason=reason, source="TYPED", digest="00")


def chain_of(length: int) -> list[SignedEvent]:
    pen = Pen()
    for number in range(length):
        pen.write(attempt(f"reason {number}"))
    return pen.written


def test_a_whole_chain_verifies_and_gives_back_what_was_written() -> None:
    events = chain_of(5)
    links = verify_batch(VerifyKey(KEY.public), events, previous=GENESIS, from_seq=1)
    assert [link.envelope.seq for link in links] == [1, 2, 3, 4, 5]
    payload = read_payload("attempt", 1, bytes(links[2].envelope.payload))
    assert payload == attempt("reason 2")


def test_a_batch_continues_the_hash_of_the_one_before() -> None:
    events = chain_of(5)
    first = verify_batch(VerifyKey(KEY.public), events[:3], previous=GENESIS, from_seq=1)
    rest = verify_batch(VerifyKey(KEY.public), events[3:], previous=first[-1].hash, from_seq=4)
    assert rest[-1].envelope.seq == 5


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_a_removed_event_breaks_the_chain_where_it_stood(gone: int) -> None:
    events = chain_of(5)
    del events[gone]
    with pytest.raises(ChainError) as caught:
        list(follow(events))
    assert caught.value.position == gone


def test_two_events_that_change_places_are_found() -> None:
    events = chain_of(4)
    events[1], events[2] = events[2], events[1]
    with pytest.raises(ChainError):
        list(follow(events))


@given(position=st.integers(0, 4), byte=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_is_ever_accepted(position: int, byte: int, bit: int) -> None:
    events = chain_of(5)
    body = bytearray(events[position].body)
    body[byte % len(body)] ^= 1 << bit
    events[position] = SignedEvent(bytes(body), events[position].signature)
    with pytest.raises(ChainError):
        verify_batch(VerifyKey(KEY.public), events, previous=GENESIS, from_seq=1)


def test_another_tills_signature_is_refused() -> None:
    events = chain_of(2)
    with pytest.raises(ChainError, match="key"):
        verify_batch(VerifyKey(OTHER_KEY.public), events, previous=GENESIS, from_seq=1)


def test_each_event_can_be_proved_alone() -> None:
    events = chain_of(3)
    assert verify_each(VerifyKey(KEY.public), events) is None
    events[1] = SignedEvent(events[1].body, events[2].signature)
    assert verify_each(VerifyKey(KEY.public), events) == 1


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    signature = KEY.sign(Purpose.EVENT, b"content")
    assert VerifyKey(KEY.public).verifies(Purpose.EVENT, b"content", signature)
    assert not VerifyKey(KEY.public).verifies(Purpose.LEASE, b"content", signature)


def test_the_envelope_is_readable_around_a_payload_that_nobody_knows() -> None:
    pen = Pen()
    event = pen.write(attempt(), spends=(Spend(LEASE, 1),))
    strange = event.body.replace(b'"kind":"attempt"', b'"kind":"future.k"')
    envelope = read_envelope(strange)
    assert envelope.spends == (Spend(LEASE, 1),)
    assert read_payload(envelope.kind, envelope.kind_version, bytes(envelope.payload)) is None


def test_a_payload_of_a_newer_version_is_left_unread_and_not_guessed() -> None:
    assert read_payload("attempt", 99, b'{"outcome": 5}') is None


def test_a_known_payload_of_the_wrong_shape_names_the_field() -> None:
    with pytest.raises(WireError, match="reason"):
        read_payload("attempt", 1, b'{"outcome":"refuse","reason":5,"source":"TYPED","digest":""}')


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_a_broken_envelope_and_nothing_else(body: bytes) -> None:
    with pytest.raises(WireError):
        read_envelope(body)

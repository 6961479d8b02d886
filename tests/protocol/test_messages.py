import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.digest import DIGEST_BYTES, Subject, keyed_digest
from sync.protocol.enrolment import enrolment_qr, read_enrolment_qr
from sync.protocol.feed import CodeRow
from sync.protocol.ids import uuid7
from sync.protocol.leases import Grant, LimitKind
from sync.protocol.upload import Ack
from sync.protocol.wire import WireError, canonical, pack, read_canonical, unpack
from sync.rules.code import Code, Kind

KEY = bytes(32)


@given(st.text(max_size=4_000), st.text(max_size=50))
def test_a_digest_depends_on_key_subject_and_text(text: str, other: str) -> None:
    digest = keyed_digest(KEY, Subject.CODE, text)
    assert len(digest) == DIGEST_BYTES
    assert digest == keyed_digest(KEY, Subject.CODE, text)
    assert digest != keyed_digest(KEY, Subject.CARD, text)
    assert digest != keyed_digest(bytes([1] * 32), Subject.CODE, text)
    assert (digest == keyed_digest(KEY, Subject.CODE, other)) == (text == other)


def test_a_text_with_a_lone_surrogate_has_a_digest_of_its_own() -> None:
    assert keyed_digest(KEY, Subject.CODE, "A\ud800") != keyed_digest(KEY, Subject.CODE, "A?")


@given(st.integers(0, 2**47), st.binary(min_size=10, max_size=10))
def test_a_uuid7_carries_its_millisecond_and_its_version(now_ms: int, randomness: bytes) -> None:
    made = uuid7(now_ms, randomness)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == now_ms


def test_ids_of_later_milliseconds_sort_later() -> None:
    assert uuid7(1, b"\xff" * 10) < uuid7(2, bytes(10))


@given(central=st.text(min_size=1, max_size=80), code=st.text(min_size=1, max_size=40))
def test_an_enrolment_qr_gives_back_what_went_in(central: str, code: str) -> None:
    assert read_enrolment_qr(enrolment_qr(central, code)) == (central, code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VIP123",
        "countersign:enrol",
        "countersign:enrol?code=1",
        "http://[",
        "countersign:other?central=a&code=b",
    ],
)
def test_what_is_no_enrolment_qr_is_none(text: str) -> None:
    assert read_enrolment_qr(text) is None


def test_a_row_survives_the_wire_unchanged() -> None:
    row = CodeRow(code=Code(id=1, campaign_id=2, kind=Kind.VOUCHER, max_uses=3), digests=(b"x" * 16,))
    assert unpack(pack(row), CodeRow) == row


def test_canonical_bytes_do_not_depend_on_the_order_of_fields() -> None:
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1}) == b'{"a":2,"b":1}'


def test_a_message_of_the_wrong_type_names_its_field() -> None:
    with pytest.raises(WireError, match="applied"):
        unpack(pack({"applied": "five", "want": 1}), Ack)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_become_a_grant(body: bytes) -> None:
    with pytest.raises(WireError):
        read_canonical(body, Grant)


def test_limit_kinds_keep_their_names_on_the_wire() -> None:
    assert {kind.value for kind in LimitKind} == {"uses", "guest_uses", "points", "budget", "credit", "risk"}

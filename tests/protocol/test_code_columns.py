"""Codes column by column come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.code_columns import (
    CodeOwn,
    CodeShape,
    CodesPart,
    ColumnLine,
    DigestsPart,
    code_ids,
    code_of,
    codes_part,
    digest_lines,
    digests_part,
    filed,
    own_of,
    readable,
    shape_of,
)
from sync.protocol.wire import WireError, pack, unpack
from sync.rules.code import Code, CodeStatus, Kind

SMALL = st.integers(0, 2**40)
TEXTS = st.none() | st.text(max_size=20)
CODES = st.builds(
    Code,
    id=SMALL,
    campaign_id=st.integers(1, 3),
    kind=st.sampled_from(Kind),
    name=st.text(max_size=20),
    status=st.sampled_from(CodeStatus),
    max_uses=st.none() | SMALL,
    uses=st.integers(0, 3),
    expires_at_ms=st.none() | SMALL,
    group_id=TEXTS,
    holder_guest_id=st.none() | SMALL,
    beneficiary_id=st.none() | SMALL,
    home_restaurant_id=st.none() | SMALL,
    first_used_at_ms=st.none() | SMALL,
    first_used_where=TEXTS,
    auto_deactivated_at_ms=st.none() | SMALL,
)


def test_shape_and_own_hold_every_field_of_a_code_once() -> None:
    fields = sorted([*CodeShape.__struct_fields__, *CodeOwn.__struct_fields__, "id"])
    assert fields == sorted(Code.__dataclass_fields__)


@given(CODES)
def test_a_code_is_put_together_again_without_loss(code: Code) -> None:
    assert code_of(code.id, shape_of(code), own_of(code)) == code


def test_a_plain_code_has_nothing_of_its_own_and_a_named_one_only_its_name() -> None:
    plain = Code(id=1, campaign_id=1, kind=Kind.VOUCHER)
    assert own_of(plain) is None
    assert own_of(Code(id=1, campaign_id=1, kind=Kind.VIP, name="Ada")) == "Ada"


@given(st.lists(CODES, unique_by=lambda code: code.id, max_size=30))
def test_columns_bring_every_code_with_its_version(codes: list[Code]) -> None:
    codes.sort(key=lambda code: code.id)
    shapes = list(dict.fromkeys([b"another chunk's", *map(shape_of, codes)]))
    lines = [
        ColumnLine(code.id, number, shapes.index(shape_of(code)), own_of(code))
        for number, code in enumerate(codes)
    ]
    part = unpack(pack(codes_part(lines, shapes)), CodesPart)
    assert b"another chunk's" not in part.shapes
    back = [
        (code_of(code_id, part.shapes[shape], own), version)
        for code_id, version, shape, own in zip(
            code_ids(part), part.versions, part.shape, part.own, strict=True
        )
    ]
    assert back == [(code, number) for number, code in enumerate(codes)]


@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 2**63 - 1)), max_size=40))
def test_digests_come_back_in_their_order_with_their_ids(rows: list[tuple[bytes, int]]) -> None:
    rows.sort()
    part = digests_part([filed(digest, code_id) for digest, code_id in rows])
    assert list(digest_lines(unpack(pack(part), DigestsPart))) == rows


@pytest.mark.parametrize(
    "part",
    [
        CodesPart([1, 1], [1], [b"s"], [0, 0], [None, None]),
        CodesPart([1], [1], [b"s"], [1], [None]),
        CodesPart([1], [1], [b"s"], [-1], [None]),
        CodesPart([1], [1], [b"s"], [0], [7]),
    ],
)
def test_columns_that_do_not_fit_each_other_are_refused(part: CodesPart) -> None:
    with pytest.raises(WireError):
        code_ids(part)


@pytest.mark.parametrize(
    "part",
    [
        DigestsPart(0, [1], bytes(13), 0, [b"a"]),
        DigestsPart(0, [1], bytes(14), 0, [b""]),
        DigestsPart(65_535, [1, 1], bytes(28), 0, [b"ab"]),
        DigestsPart(-1, [1], bytes(14), 0, [b"a"]),
        DigestsPart(0, [1], bytes(14), 0, [b"a"] * 9),
    ],
)
def test_digests_that_do_not_fit_each_other_are_refused(part: DigestsPart) -> None:
    with pytest.raises(WireError):
        digest_lines(part)


def test_what_a_newer_program_wrote_is_not_taken_for_something_else() -> None:
    strange = pack([5, "HOLOGRAM", "active", None, None, None, None])
    assert not readable(strange)
    assert readable(shape_of(Code(id=1, campaign_id=5, kind=Kind.VIP)))
    with pytest.raises(WireError):
        code_of(1, strange, None)

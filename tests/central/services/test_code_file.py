import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.central.services.code_file import BadLine, CodeFile, CodeLine, read_code_file
from sync.central.services.code_file_text import MAX_LINE_CHARS
from sync.rules.campaign import Benefit, BenefitKind, Policy
from sync.rules.code import Kind
from sync.rules.user_error import UserError


def read(content: bytes | str, zone: str = "Europe/Berlin", currency: str = "EUR") -> CodeFile:
    raw = content.encode() if isinstance(content, str) else content
    return read_code_file(io.BufferedReader(io.BytesIO(raw)), zone=zone, currency=currency)


def lines(content: bytes | str) -> list[CodeLine | BadLine]:
    return list(read(content).lines)


def only(content: bytes | str) -> CodeLine:
    (line,) = lines(content)
    assert isinstance(line, CodeLine), line
    return line


def bad(content: bytes | str) -> list[tuple[int, str]]:
    return [(line.number, line.reason) for line in lines(content) if isinstance(line, BadLine)]


def test_three_columns_are_enough() -> None:
    line = only("kind,code,name\nPROMO,SPRING-1,Spring\n")
    assert (line.number, line.kind, line.code, line.name) == (2, Kind.PROMO, "SPRING-1", "Spring")
    assert (line.max_uses, line.expires_at, line.policy, line.campaign) == (None, None, None, "")


def test_every_column_is_read() -> None:
    line = only(
        "Name,CODE,kind,max uses,expires_at,campaign,policy,description,group_id,restaurant_id,percent,"
        "min_basket,starts_on,ends_on\n"
        'Ann,V-1 x,vip,5,2030-06-30,Club,ONLINE_ONLY,for Ann,g7,12,12.5 %,"1.000,50",2026-01-01,2026-12-31\n'
    )
    assert line.max_uses == 5
    assert line.campaign == "Club"
    assert line.policy is Policy.ONLINE_ONLY
    assert (line.description, line.group_id, line.restaurant_id) == ("for Ann", "g7", 12)
    assert line.benefit == Benefit(kind=BenefitKind.PERCENT, percent_bp=1250)
    assert line.min_basket_minor == 100_050
    assert (line.starts_on, line.ends_on) == ("2026-01-01", "2026-12-31")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        # A day ends with its last moment, in the network's zone (Berlin: UTC+2 in summer).
        ("2030-06-30", datetime(2030, 6, 30, 21, 59, 59, 999_000, tzinfo=UTC)),
        ("2030-06-30T10:00", datetime(2030, 6, 30, 8, 0, tzinfo=UTC)),
        ("2030-06-30 10:00:00Z", datetime(2030, 6, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_an_expiry_is_a_day_or_an_instant(text: str, instant: datetime) -> None:
    assert only(f"kind,code,name,expires_at\nVIP,ABC,x,{text}\n").expires_at == instant


@pytest.mark.parametrize(
    "content",
    [
        "kind,code,name\nVIP,ÄBC-1,Zoë\n".encode(),
        "kind,code,name\nVIP,ÄBC-1,Zoë\n".encode("utf-8-sig"),
        "kind,code,name\nVIP,ÄBC-1,Zoë\n".encode("utf-16"),
        b"\xfe\xff" + "kind,code,name\nVIP,ÄBC-1,Zoë\n".encode("utf-16-be"),
        "kind;code;name\r\nVIP;ÄBC-1;Zoë\r\n".encode("utf-8-sig"),
        "kind\tcode\tname\rVIP\tÄBC-1\tZoë\r".encode(),
        "sep=;\nkind;code;name\nVIP;ÄBC-1;Zoë\n".encode(),
        'kind,code,name\n"VIP","ÄBC-1","Zoë"'.encode(),
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    line = only(content)
    assert (line.code, line.name) == ("ÄBC-1", "Zoë")


def test_every_bad_line_has_its_number_and_the_good_ones_are_read() -> None:
    content = (
        "kind,code,name,max_uses,expires_at,policy,campaign,percent,amount\n"
        "PROMO,GOOD-1,a,,,,,,\n"
        "OTHER,BAD-03,a,,,,,,\n"
        ",BAD-04,a,,,,,,\n"
        "PROMO,,a,,,,,,\n"
        "PROMO,BAD-06,,,,,,,\n"
        "\n"
        "PROMO,BAD-08,a,-1,,,,,\n"
        "PROMO,BAD-09,a,1e3,,,,,\n"
        "PROMO,BAD-10,a,,tomorrow,,,,\n"
        "PROMO,BAD-11,a,,,maybe,,,\n"
        "PROMO,BAD-12,a,,,,,150,\n"
        "PROMO,BAD-13,a,,,,,5,2\n"
        f"PROMO,BAD-14,{'a' * 201},,,,,,\n"
        "PROMO,xx,a,,,,,,\n"
        'PROMO,"GOOD\n-16",a,,,,,,\n'
        "PROMO,BAD-18,a,,,,,,,too,many\n"
        "PROMO,GOOD-19,a\n"
    )
    assert bad(content) == [
        (3, "kind_unknown"),
        (4, "kind_missing"),
        (5, "code_missing"),
        (6, "name_missing"),
        (8, "max_uses_unreadable"),
        (9, "max_uses_unreadable"),
        (10, "expires_at_unreadable"),
        (11, "policy_unknown"),
        (12, "percent_unfit"),
        (13, "benefit_unclear"),
        (14, "name_too_long"),
        (15, "code_unfit"),
        (18, "line_too_many_fields"),
    ]
    assert [line.code for line in lines(content) if isinstance(line, CodeLine)] == [
        "GOOD-1",
        "GOOD-16",
        "GOOD-19",
    ]


def test_another_encoding_is_told_line_by_line() -> None:
    content = "kind,code,name\nVIP,ABC-1,Мария\nVIP,ABC-2,Ann\n".encode("cp1251")
    assert bad(content) == [(2, "not_utf8")]
    (line,) = [line for line in lines(content) if isinstance(line, BadLine)]
    assert "CSV UTF-8" in line.sentence


def test_a_field_that_never_ends_spoils_no_more_than_it_must() -> None:
    huge = '"' + "x" * 200_000
    found = bad(f"kind,code,name\nVIP,ABC-1,a\n{'VIP,ABC-2,' + huge[: MAX_LINE_CHARS - 20]}\n")
    assert found
    assert all(number == 3 for number, _ in found)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"code,name\nA,B\n", "file_column_missing"),
        (b"kind,code,name,code\nA,B,C,D\n", "file_column_missing"),
        (b"PK\x03\x04whatever", "file_no_text"),
        (b"\x00\x01\x02\x03", "file_no_text"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(UserError) as caught:
        read(content)
    assert caught.value.reason == reason


def test_a_line_without_end_is_not_swallowed() -> None:
    with pytest.raises(UserError) as caught:
        lines(b"kind,code,name\n" + b"x" * (MAX_LINE_CHARS + 1))
    assert caught.value.reason == "file_line_too_long"


def test_columns_that_nobody_knows_are_named() -> None:
    assert read("kind,code,name,colour,\nVIP,ABC,a,red,\n").unknown_columns == ("colour",)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for line in lines(b"kind,code,name,max_uses,expires_at,policy,percent\n" + content):
        assert line.number >= 2


@given(st.lists(st.text(max_size=20), min_size=1, max_size=7))
def test_no_fields_break_the_reader(fields: list[str]) -> None:
    header = "kind\tcode\tname\tmax_uses\texpires_at\tpolicy\tamount\n"
    content = header + "\t".join(field.replace("\t", " ") for field in fields) + "\n"
    for line in lines(content.encode("utf-8", "replace")):
        assert line.number >= 2

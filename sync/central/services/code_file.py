"""Reading a file of codes (CSV), line by line: what each says, or what is wrong with it.

Files come from spreadsheets: with or without a byte order mark, UTF-8 or UTF-16, separated by commas,
semicolons or tabs. Whatever its size, only one line of it is in memory.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BufferedReader
from zoneinfo import ZoneInfo

from sync.central.services.code_file_text import header_of, text_of
from sync.central.services.codes import MAX_USES, fit_code
from sync.central.services.names import is_storable
from sync.rules.campaign import Benefit, BenefitKind, Policy
from sync.rules.code import Kind
from sync.rules.money import FULL_BP
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError

REQUIRED = ("kind", "code", "name")
OPTIONAL = (
    "max_uses",
    "expires_at",
    "campaign",
    "policy",
    "description",
    "group_id",
    "restaurant_id",
    "percent",
    "amount",
    "points",
    "min_basket",
    "starts_on",
    "ends_on",
)
MAX_TEXT_CHARS = 200
MAX_DESCRIPTION_CHARS = 2_000
MAX_POINTS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One good line. The fields from ``benefit`` on count only where the line makes a campaign."""

    number: int
    kind: Kind
    code: str
    name: str
    max_uses: int | None
    expires_at: datetime | None
    campaign: str
    policy: Policy | None
    description: str
    group_id: str | None
    restaurant_id: int | None
    benefit: Benefit
    min_basket_minor: int
    starts_on: str | None
    ends_on: str | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that cannot be taken: its number in the file (the header is 1), and why."""

    number: int
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CodeFile:
    """An open file: its lines, and the columns that nobody here knows."""

    unknown_columns: tuple[str, ...]
    lines: Iterator[CodeLine | BadLine]


def read_code_file(file: BufferedReader, *, zone: str, currency: str) -> CodeFile:
    """Open a file of codes; dates are days of ``zone``, amounts are in ``currency``.

    Raises :class:`UserError` ``file_empty``, ``file_no_text``, ``file_line_too_long`` or
    ``file_column_missing``; a bad line raises nothing.
    """
    text = text_of(file)
    header, separator, first_number = header_of(text)
    columns = [name.strip().lower().replace(" ", "_") for name in header]
    missing = [name for name in REQUIRED if name not in columns]
    if missing or len(set(columns)) != len(columns):
        raise UserError(
            "file_column_missing",
            f"The first line must name the columns {', '.join(REQUIRED)}, each once; it says: "
            f"{', '.join(header)[:MAX_TEXT_CHARS]}.",
            "Separate them by commas, semicolons or tabs.",
        )
    unknown = tuple(name for name in columns if name and name not in REQUIRED + OPTIONAL)
    rows = _rows(text, separator, first_number)
    return CodeFile(unknown, _lines(rows, columns, _Reading(ZoneInfo(zone), currency)))


def _rows(text: Iterator[str], separator: str, first_number: int) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each record with the number of the line where it begins; a text in its place says what is wrong."""
    reader = csv.reader(text, delimiter=separator)
    while True:
        number = first_number + reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"This is not a line of a CSV file ({error})."
            continue
        if any(field.strip() for field in row):
            yield number, row


def _lines(
    rows: Iterator[tuple[int, list[str] | str]], columns: list[str], reading: "_Reading"
) -> Iterator[CodeLine | BadLine]:
    for number, row in rows:
        if isinstance(row, str):
            yield BadLine(number, "line_unreadable", row)
        elif len(row) > len(columns):
            yield BadLine(
                number,
                "line_too_many_fields",
                f"The line has {len(row)} fields where the first line names {len(columns)}.",
            )
        else:
            try:
                yield reading.line(number, dict(zip(columns, row, strict=False)))
            except UserError as error:
                yield BadLine(number, error.reason, str(error))


class _Reading:
    """How the fields of one file are read."""

    def __init__(self, zone: ZoneInfo, currency: str) -> None:
        self._zone = zone
        self._currency = currency

    def line(self, number: int, fields: dict[str, str]) -> CodeLine:
        for name, value in fields.items():
            if not value.isascii() and any("\udc80" <= sign <= "\udcff" for sign in value):
                raise _bad("not_utf8", f"The field {name} is not UTF-8.", "Save the file as “CSV UTF-8”.")
        given = {name: value.strip() for name, value in fields.items() if value.strip()}
        for name in REQUIRED:
            if name not in given:
                raise _bad(f"{name}_missing", f"The field {name} is empty.")
        kind = _kind(given["kind"])
        return CodeLine(
            number=number,
            kind=kind,
            code=fit_code(given["code"], kind),
            name=_short(given, "name"),
            max_uses=_whole(given, "max_uses", MAX_USES),
            expires_at=self._instant(given.get("expires_at")),
            campaign=_short(given, "campaign"),
            policy=_policy(given.get("policy")),
            description=_short(given, "description", MAX_DESCRIPTION_CHARS),
            group_id=_short(given, "group_id") or None,
            restaurant_id=_whole(given, "restaurant_id", 2**62),
            benefit=self._benefit(given),
            min_basket_minor=self._amount(given.get("min_basket")),
            starts_on=_day(given, "starts_on"),
            ends_on=_day(given, "ends_on"),
        )

    def _instant(self, value: str | None) -> datetime | None:
        """Read a day (its end in the zone), or an instant; without an offset it is the zone's."""
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        try:
            if day is not None:
                end = datetime.combine(day + timedelta(days=1), time(), self._zone)
                return end - timedelta(milliseconds=1)
            instant = datetime.fromisoformat(value)
            return instant if instant.tzinfo else instant.replace(tzinfo=self._zone)
        except (ValueError, OverflowError):
            raise _bad(
                "expires_at_unreadable",
                f"“{value[:40]}” is no date.",
                "Write 2030-12-31, or 2030-12-31T18:00:00Z.",
            ) from None

    def _amount(self, value: str | None) -> int:
        return 0 if value is None else parse_amount(value, self._currency)

    def _benefit(self, given: dict[str, str]) -> Benefit:
        named = [name for name in ("percent", "amount", "points") if name in given]
        if not named:
            return Benefit()
        if len(named) > 1:
            raise _bad("benefit_unclear", f"The line gives {' and '.join(named)}.", "Fill in one of them.")
        if named == ["points"]:
            return Benefit(kind=BenefitKind.POINTS, points=_whole(given, "points", MAX_POINTS) or 0)
        if named == ["amount"]:
            return Benefit(kind=BenefitKind.FIXED, amount_minor=self._amount(given["amount"]))
        # A percentage has two decimals at most, as an amount in euros has, so the same reader serves.
        share = parse_amount(given["percent"].rstrip("% "), "EUR")
        if not 0 < share <= FULL_BP:
            raise _bad("percent_unfit", "A percentage lies above 0 and is at most 100.")
        return Benefit(kind=BenefitKind.PERCENT, percent_bp=share)


def _bad(reason: str, sentence: str, advice: str = "") -> UserError:
    return UserError(reason, sentence, advice)


def _kind(value: str) -> Kind:
    try:
        return Kind(value.upper())
    except ValueError:
        raise _bad("kind_unknown", f"“{value[:40]}” is none of {', '.join(Kind)}.") from None


def _policy(value: str | None) -> Policy | None:
    if value is None:
        return None
    try:
        return Policy(value.lower())
    except ValueError:
        raise _bad("policy_unknown", f"“{value[:40]}” is none of {', '.join(Policy)}.") from None


def _short(given: dict[str, str], name: str, most: int = MAX_TEXT_CHARS) -> str:
    value = " ".join(given.get(name, "").split())
    if len(value) > most:
        raise _bad(f"{name}_too_long", f"The field {name} has more than {most:,} characters.")
    if not is_storable(value):
        raise _bad(f"{name}_unprintable", f"The field {name} holds characters that cannot be stored.")
    return value


def _whole(given: dict[str, str], name: str, most: int) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value[:20]) <= most:
        raise _bad(f"{name}_unreadable", f"“{value[:40]}” is no whole number from 1 to {most:,}.")
    return int(value)


def _day(given: dict[str, str], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _bad(f"{name}_unreadable", f"“{value[:40]}” is no day.", "Write 2030-12-31.") from None

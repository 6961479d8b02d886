"""Searching guests in the replica: the index follows every way in which a row comes, and an older file gets one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Change, GuestRow, Table
from sync.protocol.wire import pack
from sync.rules.guest_name import name_tokens, nearly_same_name
from sync.rules.sale import Guest
from sync.till.cache.guest_search import MAX_FOUND
from sync.till.cache.replica import Cache
from sync.till.cache.schema import MIGRATIONS
from sync.till.sqlcipher import CACHE, create, transaction
from tests.builders.till import DIGEST_KEY, FILE_KEY, fill, page


def change(
    guest: int, name: str, phone: str = "", version: int = 1, merged_into: int | None = None
) -> Change:
    row = GuestRow(
        guest=Guest(id=guest),
        name=name,
        phone_last4=phone[-4:],
        phone_digest=keyed_digest(DIGEST_KEY, Subject.PHONE, phone) if phone else None,
        merged_into=merged_into,
    )
    return Change(Table.GUEST, guest, version, pack(row))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    opened = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    fill(opened, [change(1, "Ada Lovelace", "+4930111234"), change(2, "Алёна Ёлкина", "+79161234567")], [])
    return opened


def found(cache: Cache, text: str, limit: int = 30) -> list[int]:
    return [row.guest.id for row in cache.guests.search(text, limit)]


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("ada", [1]),
        ("ADA love", [1]),
        ("lace", []),
        ("алена", [2]),
        ("елк ал", [2]),
        ("1234", [1]),
        ("4567", [2]),
        ("+7 916 123 45 67", [2]),
        ("89161234567", [2]),
        ("123 45 67", [2]),
        ("'; drop table guests", []),
        ("a* OR b", []),
        ("NEAR(", []),
        ("x", []),
        ("\x00", []),
        ("\ud800 ada", [1]),
    ],
)
def test_a_guest_is_found_by_what_a_person_knows(cache: Cache, text: str, guests: list[int]) -> None:
    assert found(cache, text) == guests


def test_the_index_follows_a_row_that_changes_goes_and_comes_again(cache: Cache) -> None:
    cache.apply_page(page(2, *[change(1, "Ada King", version=2)]))
    assert (found(cache, "lovelace"), found(cache, "king"), found(cache, "1234")) == ([], [1], [])
    cache.apply_page(page(3, *[Change(Table.GUEST, 1, 3, None)]))
    assert found(cache, "ada") == []
    assert cache.guests.has_heard_of(1)
    assert not cache.guests.has_heard_of(99)
    cache.apply_page(page(4, *[change(1, "Ada Again", version=4), change(3, "Bob")]))
    assert (found(cache, "again"), found(cache, "bob")) == ([1], [3])


def test_a_merged_registration_is_found_as_the_guest_whom_it_turned_out_to_be(cache: Cache) -> None:
    cache.apply_page(page(2, *[change(3, "Ada L.", merged_into=1), change(4, "Again", merged_into=3)]))
    assert found(cache, "ada") == [1]
    for number in (3, 4):
        guest = cache.guest(number)
        assert guest is not None
        assert guest.guest.id == 1


def test_registrations_that_lead_in_a_circle_end(cache: Cache) -> None:
    cache.apply_page(page(2, *[change(3, "A", merged_into=4), change(4, "B", merged_into=3)]))
    assert cache.guest(3) is None


def test_whole_words_come_before_beginnings_and_there_is_a_limit(cache: Cache) -> None:
    more = [change(number, f"Adam Number{number}") for number in range(10, 10 + MAX_FOUND + 10)]
    cache.apply_page(page(2, *more))
    assert found(cache, "ada", 5)[0] == 1
    assert len(found(cache, "ada", 5)) == 5
    assert len(found(cache, "ada", 10_000)) == MAX_FOUND


def test_a_file_of_the_layout_before_is_indexed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    connection = create(path, FILE_KEY, MIGRATIONS[:2], CACHE)
    with transaction(connection):
        for each in (change(1, "ada", ""), change(2, "Bob Gone")):
            connection.execute(
                "INSERT INTO guests (id, version, row, name) VALUES (?, ?, ?, ?)",
                (each.id, each.version, each.row, "ada" if each.id == 1 else "Bob Gone"),
            )
        connection.execute("INSERT INTO guests (id, version, row) VALUES (3, 1, NULL)")
    connection.close()
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    assert (found(cache, "ada"), found(cache, "bob go")) == ([1], [2])
    cache.close()


def test_before_enrolment_nobody_is_found(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db", FILE_KEY, None)
    assert cache.guests.search("ada", 5) == []
    assert cache.guests.by_phone("+4930111234") == []
    cache.close()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna Petrova", "petrova, ANNA", True),
        ("Anna Petrova", "Anna Petrowa", True),
        ("Anna Petrova", "Anna Petrov", True),
        ("Anna Petrova", "Anan Petrova", True),
        ("Jörg Müller", "Jorg Muller", True),
        ("Алёна", "Алена", True),
        ("Anna Petrova", "Anna", False),
        ("Anna Petrova", "Hanna Petrowa", True),
        ("Ann Lee", "Ann Leo", False),
        ("Anna Petrova", "Maria Petrova", False),
        ("", "", False),
    ],
)
def test_names_are_nearly_the_same_but_for_a_slip_of_a_key(one: str, other: str, same: bool) -> None:
    assert nearly_same_name(one, other) is same
    assert nearly_same_name(other, one) is same


@given(st.text(max_size=60))
def test_any_text_is_folded_to_words_that_fold_to_themselves(text: str) -> None:
    words = name_tokens(text)
    assert all(word and not word.isspace() for word in words)
    assert name_tokens(" ".join(words)) == words


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    # A search that the index does not understand would raise.
    cache = _SHARED[0]
    assert len(cache.guests.search(text, 5)) <= 5


@pytest.fixture(autouse=True, scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = Cache(tmp_path_factory.mktemp("search") / "cache.db", FILE_KEY, DIGEST_KEY)
    fill(cache, [change(1, "Ada Lovelace", "+4930111234")], [])
    _SHARED.append(cache)


_SHARED: list[Cache] = []

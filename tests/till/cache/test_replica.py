import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol.feed import Change, SettingsRow, Table
from sync.protocol.wire import pack
from sync.till.cache.found import FoundCard, FoundCode, FoundStaff, NotFound
from sync.till.cache.replica import Cache, EpochChanged
from tests.builders.till import (
    DIGEST_KEY,
    FILE_KEY,
    campaign_change,
    card_change,
    code_change,
    fill,
    gone,
    guest_change,
    page,
    staff_change,
)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    opened = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    fill(
        opened,
        [campaign_change(), code_change(7, "Lunch-10")],
        [
            guest_change(3, "Ada", points=40),
            card_change(30, "card:abc", 3),
            card_change(31, "123456", 3, digits=True),
            staff_change(9, "Kim", "badge:kim"),
        ],
    )
    return opened


def test_before_the_first_snapshot_nothing_is_loaded_rather_than_unknown(tmp_path: Path) -> None:
    empty = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    found = empty.find("LUNCH-10")
    assert isinstance(found, NotFound)
    assert not found.loaded
    assert not empty.status().ready
    assert empty.cursor() == ("", 0)
    assert empty.settings() is None
    before_enrolment = Cache(tmp_path / "other.db", FILE_KEY, None)
    assert before_enrolment.find("LUNCH-10") == NotFound(digest=b"", loaded=False)
    empty.close()
    before_enrolment.close()


@pytest.mark.parametrize("text", ["Lunch-10", "lunch 10", "LUNCH1O", " Lunch-10\r\n"])
def test_a_code_is_found_by_its_exact_then_by_its_folded_text(cache: Cache, text: str) -> None:
    found = cache.find(text)
    assert isinstance(found, FoundCode)
    assert found.code.id == 7
    assert found.campaign is not None
    assert found.campaign.name == "Lunch"


@pytest.mark.parametrize(
    "text",
    ["", " ", "LUNCH-11", "'; DROP TABLE codes; --", "\x00\x1b", "\ud800", "x" * 5_000, "12345", "1234567"],
)
def test_whatever_a_scanner_reads_is_unknown_and_harms_nothing(cache: Cache, text: str) -> None:
    found = cache.find(text)
    assert isinstance(found, NotFound)
    assert found.loaded
    assert len(found.digest) == 16
    assert cache.status().codes == 1


def test_a_card_is_found_by_its_text_and_by_its_digits(cache: Cache) -> None:
    for text, card in (("card:abc", 30), ("123456", 31), ("123 456", 31)):
        found = cache.find(text)
        assert isinstance(found, FoundCard)
        assert (found.card_id, found.digits) == (card, card == 31)
        assert found.guest is not None
        assert (found.guest.name, found.guest.guest.points) == ("Ada", 40)


def test_a_card_whose_guest_has_not_come_yet_is_found_without_one(cache: Cache) -> None:
    cache.apply_page(page(11, card_change(32, "654321", 99, digits=True)))
    found = cache.find("654321")
    assert isinstance(found, FoundCard)
    assert found.guest is None


def test_a_badge_is_found_also_after_it_changed(cache: Cache) -> None:
    found = cache.find("badge:kim")
    assert isinstance(found, FoundStaff)
    assert found.staff.name == "Kim"
    cache.apply_page(page(11, staff_change(9, "Kim", "badge:new", version=2)))
    assert isinstance(cache.find("badge:kim"), NotFound)
    assert isinstance(cache.find("badge:new"), FoundStaff)
    assert [row.id for row in cache.staff()] == [9]


def test_a_page_brings_rows_and_cursor_together(cache: Cache) -> None:
    assert cache.apply_page(page(15, code_change(8, "NEW"), server_ms=5_000)) == 1
    status = cache.status()
    assert (status.epoch, status.number, status.as_of_ms, status.codes) == ("epoch-1", 15, 5_000, 2)
    assert isinstance(cache.find("NEW"), FoundCode)


def test_a_page_of_another_epoch_changes_nothing(cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(EpochChanged):
        cache.apply_page(page(15, code_change(8, "NEW"), epoch="epoch-2"))
    assert cache.status().number == 10
    empty = Cache(tmp_path / "empty.db", FILE_KEY, DIGEST_KEY)
    with pytest.raises(EpochChanged):
        empty.apply_page(page(1, code_change(8, "NEW")))
    empty.close()


def test_an_older_row_that_comes_late_is_ignored(cache: Cache) -> None:
    cache.apply_page(page(12, code_change(7, "Lunch-10", version=5, uses=3)))
    assert cache.apply_page(page(11, code_change(7, "Lunch-10", version=4, uses=1))) == 0
    found = cache.find("Lunch-10")
    assert isinstance(found, FoundCode)
    assert found.code.uses == 3
    assert cache.cursor() == ("epoch-1", 12)


def test_a_deleted_code_is_unknown_and_stays_so(cache: Cache) -> None:
    cache.apply_page(page(12, gone(code_change(7, "Lunch-10"), version=3)))
    cache.apply_page(page(11, code_change(7, "Lunch-10", version=2)))
    assert isinstance(cache.find("lunch 10"), NotFound)
    assert cache.status().codes == 0


def test_a_code_whose_text_was_changed_no_longer_answers_to_the_old_one(cache: Cache) -> None:
    cache.apply_page(page(11, code_change(7, "DINNER", version=2)))
    assert isinstance(cache.find("Lunch-10"), NotFound)
    assert isinstance(cache.find("dinner"), FoundCode)


def test_one_page_may_hold_a_code_several_times(cache: Cache) -> None:
    cache.apply_page(
        page(
            11,
            code_change(8, "NEW", text_version=0),
            code_change(8, "NEWER", version=3, text_version=3, uses=4),
            code_change(8, "NEW", version=2, text_version=0),
            gone(code_change(7, "Lunch-10"), version=2),
            code_change(7, "Lunch-10", version=3, text_version=0, uses=1),
        )
    )
    assert isinstance(cache.find("NEW"), NotFound)
    newer, again = cache.find("newer"), cache.find("lunch-10")
    assert isinstance(newer, FoundCode)
    assert isinstance(again, FoundCode)
    assert (newer.code.uses, again.code.uses, cache.status().codes) == (4, 1, 2)


def test_a_code_that_came_deleted_and_lives_again_is_found(cache: Cache) -> None:
    cache.apply_page(page(11, gone(code_change(9, "LATE"), version=2)))
    cache.apply_page(page(12, code_change(9, "LATE", version=3, text_version=0)))
    assert isinstance(cache.find("LATE"), FoundCode)


@pytest.mark.parametrize("old_first", [True, False])
def test_a_code_made_again_under_the_same_text_is_found_in_either_order(
    cache: Cache, old_first: bool
) -> None:
    rows = [gone(code_change(7, "Lunch-10"), version=2), code_change(70, "Lunch-10")]
    cache.apply_page(page(11, *(rows if old_first else rows[::-1])))
    found = cache.find("Lunch-10")
    assert isinstance(found, FoundCode)
    assert found.code.id == 70


def test_a_campaign_too_new_to_read_no_longer_decides_by_its_old_rules(cache: Cache) -> None:
    row = msgspec.msgpack.encode(
        {"campaign": {"id": 5, "kind": "PROMO", "name": "x", "status": "teleported"}}
    )
    cache.apply_page(page(11, Change(Table.CAMPAIGN, 5, 2, row)))
    found = cache.find("Lunch-10")
    assert isinstance(found, FoundCode)
    assert found.campaign is None
    assert cache.status().unreadable == 1
    assert cache.cursor() == ("epoch-1", 11)
    cache.apply_page(page(12, campaign_change(version=3, name="Lunch again")))
    again = cache.campaign(5)
    assert again is not None
    assert again.name == "Lunch again"
    assert cache.status().unreadable == 0


def test_a_row_that_was_too_new_is_read_by_a_newer_program(cache: Cache, tmp_path: Path) -> None:
    readable = campaign_change(version=2, name="From the future")
    cache._connection.execute("UPDATE campaigns SET version = 2, row = NULL")
    cache._connection.execute(
        "INSERT INTO unreadable (tab, id, version, row) VALUES ('campaign', 5, 2, ?)", (readable.row,)
    )
    cache.close()
    newer = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    campaign = newer.campaign(5)
    assert campaign is not None
    assert campaign.name == "From the future"
    assert newer.status().unreadable == 0
    newer.close()


def test_settings_and_guests_are_read_back_as_they_came(cache: Cache) -> None:
    settings = SettingsRow(network_name="Bistro Group", currency="EUR", restaurants={2: "Harbour"})
    cache.apply_page(page(11, Change(Table.SETTINGS, 1, 1, pack(settings))))
    assert cache.settings() == settings
    guest = cache.guest(3)
    assert guest is not None
    assert guest.name == "Ada"
    assert cache.guest(4) is None
    assert cache.campaign(4) is None


CHANGES = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 6), st.sampled_from(["A", "B", "C", None])), max_size=12
)


@settings(max_examples=40)
@given(changes=CHANGES, order=st.randoms(use_true_random=False), tells=st.booleans())
def test_any_order_and_repetition_of_changes_ends_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[int, int, str | None]],
    order: random.Random,
    tells: bool,
) -> None:
    # One version of one row has one content.
    rows = {(code, version): text for code, version, text in changes}
    newest: dict[int, tuple[int, str | None]] = {}
    for (code, version), text in sorted(rows.items()):
        newest[code] = (version, text)
    # Central tells since when a code has its text, or (an older one) does not tell.
    texts: dict[int, tuple[str, int]] = {}
    fed = []
    for (code, version), text in sorted(rows.items()):
        if text is None:
            fed.append(gone(code_change(code, "x"), version=version))
            continue
        if texts.get(code, ("", 0))[0] != text:
            texts[code] = (text, version if code in texts else 0)
        told = texts[code][1] if tells else None
        fed.append(code_change(code, f"{text}{code}", version=version, uses=version, text_version=told))
    fed += fed
    order.shuffle(fed)
    cache = Cache(tmp_path_factory.mktemp("cache") / "cache.db", FILE_KEY, DIGEST_KEY)
    fill(cache, [])
    for number, change in enumerate(fed):
        cache.apply_page(page(11 + number, change))
    for code, (version, text) in newest.items():
        for each in "ABC":
            found = cache.find(f"{each}{code}")
            assert isinstance(found, FoundCode) == (each == text)
            assert not isinstance(found, FoundCode) or found.code.uses == version
    assert cache.status().codes == sum(text is not None for _, text in newest.values())
    digests = cache._connection.execute(
        "SELECT count(*) FROM code_digests JOIN codes USING (id) WHERE shape IS NOT NULL"
    ).fetchone()[0]
    assert digests == cache.status().codes
    cache.close()

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.rules.user_error import UserError
from sync.till.cache.found import FoundCode, NotFound
from sync.till.cache.replica import Cache
from sync.till.cache.schema import MIGRATIONS
from tests.builders.till import DIGEST_KEY, FILE_KEY, campaign_change, code_change, fill, page


def filled(path: Path) -> Cache:
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    fill(cache, [campaign_change()], [code_change(number, f"CODE-{number}") for number in range(500)])
    return cache


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def hurt_behind_the_opening(path: Path, tried: Path, *, text: str) -> None:
    """Damage a page that is read only when a code is looked for, not when the file is opened."""
    whole = path.read_bytes()
    for start in range(0, len(whole), 4096):
        path.write_bytes(whole)
        flip(path, start + 100)
        tried.write_bytes(path.read_bytes())
        cache = Cache(tried, FILE_KEY, DIGEST_KEY)
        opens = not cache.findings
        finds = isinstance(cache.find(text), FoundCode)
        cache.close()
        if opens and not finds:
            return
    raise AssertionError("no page is read for that code alone")


HURTS: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 10_000),
    "short": lambda path: path.write_bytes(b"x"),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[: 4096 * 3]),
    "header": lambda path: flip(path, 3),
    "first page": lambda path: flip(path, 2_000),
}


@pytest.mark.parametrize("hurt", HURTS)
def test_a_damaged_replica_is_set_aside_and_an_empty_one_takes_its_place(tmp_path: Path, hurt: str) -> None:
    path = tmp_path / "cache.db"
    filled(path).close()
    HURTS[hurt](path)
    damaged = path.read_bytes()
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    assert not cache.status().ready
    assert isinstance(cache.find("CODE-1"), NotFound)
    (finding,) = cache.findings
    assert "cache.db.damaged" in finding
    assert (tmp_path / "cache.db.damaged").read_bytes() == damaged
    fill(cache, [campaign_change()], [code_change(1, "CODE-1")])
    assert isinstance(cache.find("CODE-1"), FoundCode)
    cache.close()


def test_a_damaged_replica_that_cannot_be_set_aside_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    filled(path).close()
    HURTS["garbage"](path)
    damaged = path.read_bytes()
    (tmp_path / "cache.db.damaged").mkdir()
    with pytest.raises(UserError) as told:
        Cache(path, FILE_KEY, DIGEST_KEY)
    assert told.value.reason == "cache_unusable"
    assert path.read_bytes() == damaged


def test_a_file_of_another_key_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    filled(path).close()
    cache = Cache(path, b"other key" + bytes(23), DIGEST_KEY)
    assert not cache.status().ready
    assert len(cache.findings) == 1
    cache.close()


def test_an_empty_or_missing_file_is_simply_made(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_bytes(b"")
    (tmp_path / "cache.db-wal").write_bytes(b"left over")
    cache = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    assert cache.findings == []
    assert not cache.status().ready
    cache.close()


def test_a_page_that_is_found_damaged_while_selling_does_not_stop_the_till(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    filled(path).close()
    content = bytearray(path.read_bytes())
    for start in range(4096 * 2, len(content), 4096):
        content[start + 100] ^= 1
    path.write_bytes(content)
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    found = [cache.find(f"CODE-{number}") for number in range(500)]
    assert all(isinstance(each, NotFound) for each in found)
    assert not cache.status().ready
    assert len(cache.findings) == 1
    cache.close()


def test_a_damaged_replica_that_cannot_be_set_aside_while_selling_is_tried_again_and_never_given_up(
    tmp_path: Path,
) -> None:
    """The disk fails in that, too: what comes next is told the same, and finds an empty replica once it goes."""
    path = tmp_path / "cache.db"
    filled(path).close()
    hurt_behind_the_opening(path, tmp_path / "tried.db", text="CODE-1")
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    assert cache.findings == []
    (tmp_path / "cache.db.damaged").mkdir()
    for _ in range(3):
        with pytest.raises(UserError) as told:
            cache.find("CODE-1")
        assert told.value.reason == "cache_unusable"
    (tmp_path / "cache.db.damaged").rmdir()
    assert isinstance(cache.find("CODE-1"), NotFound)
    fill(cache, [campaign_change()], [code_change(1, "CODE-1")])
    assert isinstance(cache.find("CODE-1"), FoundCode)
    cache.close()


def test_a_page_of_the_feed_over_a_damaged_file_says_that_a_snapshot_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    filled(path).close()
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start + 100] ^= 1
    path.write_bytes(content)
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    with pytest.raises(UserError) as refused:
        cache.apply_page(page(11, code_change(1, "CODE-1", version=2)))
    assert refused.value.reason == "epoch_changed"
    cache.close()


def test_a_replica_of_a_newer_program_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    cache = filled(path)
    cache._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    cache.close()
    cache = Cache(path, FILE_KEY, DIGEST_KEY)
    assert not cache.status().ready
    assert "newer version" in cache.findings[0]
    cache.close()


def test_a_full_disk_refuses_the_news_and_keeps_what_is_there(tmp_path: Path) -> None:
    cache = filled(tmp_path / "cache.db")
    (pages,) = cache._connection.execute("PRAGMA page_count").fetchone()
    cache._connection.execute(f"PRAGMA max_page_count = {pages}")
    news = [code_change(number, f"MORE-{number}") for number in range(1_000, 2_000)]
    with pytest.raises(UserError) as refused:
        cache.apply_page(page(11, *news))
    assert refused.value.reason == "cache_disk"
    assert cache.cursor() == ("epoch-1", 10)
    assert isinstance(cache.find("CODE-1"), FoundCode)
    assert isinstance(cache.find("MORE-1000"), NotFound)
    cache.close()


def test_wherever_a_page_is_damaged_the_feed_goes_on_or_a_snapshot_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    filled(path).close()
    whole = path.read_bytes()
    news = [
        [code_change(number, f"NEWS-{number}", version=2) for number in range(first, 900, 7)]
        for first in range(3)
    ]
    reasons = set()
    for start in range(4096, len(whole), 4096):
        for file in tmp_path.iterdir():
            file.unlink()
        path.write_bytes(whole)
        flip(path, start + 100)
        cache = Cache(path, FILE_KEY, DIGEST_KEY)
        try:
            for number, changes in enumerate(news):
                cache.apply_page(page(11 + number, *changes))
        except UserError as refused:
            reasons.add(refused.reason)
        cache.close()
    assert reasons == {"epoch_changed"}

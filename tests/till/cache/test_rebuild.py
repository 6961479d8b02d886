from pathlib import Path

import pytest

from sync.till.cache.found import FoundCode, NotFound
from sync.till.cache.rebuild import Rebuild, SnapshotBroken
from sync.till.cache.replica import Cache
from tests.builders.till import DIGEST_KEY, FILE_KEY, campaign_change, code_change, fill, manifest, page

OLD = [campaign_change(), code_change(1, "OLD")]
CHUNKS = [[campaign_change(), code_change(2, "NEW-A")], [code_change(3, "NEW-B")]]
MANIFEST = manifest(CHUNKS, number=50, snapshot=2)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    opened = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    fill(opened, OLD)
    return opened


def half_built(cache: Cache) -> Rebuild:
    rebuild = cache.begin_rebuild(MANIFEST, as_of_ms=9_000)
    rebuild.add(0, CHUNKS[0])
    return rebuild


def test_the_old_replica_answers_until_the_new_one_is_swapped_in(cache: Cache) -> None:
    rebuild = half_built(cache)
    assert isinstance(cache.find("OLD"), FoundCode)
    assert isinstance(cache.find("NEW-A"), NotFound)
    rebuild.add(1, CHUNKS[1])
    rebuild.finish()
    assert isinstance(cache.find("OLD"), NotFound)
    assert isinstance(cache.find("NEW-B"), FoundCode)
    status = cache.status()
    assert (status.ready, status.number, status.as_of_ms, status.codes) == (True, 50, 9_000, 2)
    assert cache.apply_page(page(51, code_change(4, "NEXT"))) == 1


def test_the_swapped_replica_is_there_after_a_restart_and_nothing_is_left_beside_it(
    cache: Cache, tmp_path: Path
) -> None:
    fill(cache, *CHUNKS, snapshot=2)
    cache.close()
    assert [path.name for path in tmp_path.iterdir()] == ["cache.db"]
    again = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    assert isinstance(again.find("NEW-A"), FoundCode)
    assert again.findings == []
    again.close()


def test_a_rebuild_with_a_missing_part_is_thrown_away_and_the_old_stays(cache: Cache, tmp_path: Path) -> None:
    rebuild = half_built(cache)
    with pytest.raises(SnapshotBroken) as broken:
        rebuild.finish()
    assert "1 of 2 parts" in broken.value.sentence
    assert isinstance(cache.find("OLD"), FoundCode)
    assert not (tmp_path / "cache.db.new").exists()


def test_a_snapshot_that_names_a_row_twice_is_thrown_away(cache: Cache) -> None:
    twice = [*CHUNKS, [code_change(3, "NEW-C", version=2)]]
    with pytest.raises(SnapshotBroken):
        fill(cache, *twice, number=50, snapshot=2)
    assert isinstance(cache.find("OLD"), FoundCode)


def test_a_part_with_another_number_of_rows_is_refused(cache: Cache) -> None:
    rebuild = half_built(cache)
    with pytest.raises(SnapshotBroken):
        rebuild.add(1, [])
    assert rebuild.missing() == [1]
    rebuild.abandon()


def test_an_interrupted_rebuild_goes_on_where_it_stood(cache: Cache) -> None:
    half_built(cache).pause()
    again = cache.begin_rebuild(MANIFEST)
    assert again.missing() == [1]
    again.add(1, CHUNKS[1])
    again.add(1, CHUNKS[1])
    again.finish()
    assert cache.status().codes == 2


def test_a_rebuild_of_another_snapshot_starts_anew(cache: Cache) -> None:
    half_built(cache).pause()
    other = cache.begin_rebuild(manifest(CHUNKS, number=60, snapshot=3))
    assert other.missing() == [0, 1]
    other.abandon()


@pytest.mark.parametrize("rubbish", [b"", b"rubbish" * 1_000])
def test_a_half_built_file_that_is_damaged_starts_anew(cache: Cache, tmp_path: Path, rubbish: bytes) -> None:
    half_built(cache).pause()
    (tmp_path / "cache.db.new").write_bytes(rubbish)
    rebuild = cache.begin_rebuild(MANIFEST)
    assert rebuild.missing() == [0, 1]
    for index, chunk in enumerate(CHUNKS):
        rebuild.add(index, chunk)
    rebuild.finish()
    assert cache.status().codes == 2


def test_a_page_hurt_while_building_is_found_before_the_swap(cache: Cache, tmp_path: Path) -> None:
    rebuild = cache.begin_rebuild(MANIFEST)
    for index, chunk in enumerate(CHUNKS):
        rebuild.add(index, chunk)
    rebuild.pause()
    path = tmp_path / "cache.db.new"
    hurt = bytearray(path.read_bytes())
    for start in range(4096 * 2, len(hurt), 4096):
        hurt[start + 100] ^= 1
    path.write_bytes(hurt)
    again = cache.begin_rebuild(MANIFEST)
    with pytest.raises(SnapshotBroken):
        again.finish()
    assert not path.exists()
    assert isinstance(cache.find("OLD"), FoundCode)


def test_a_network_without_any_row_is_ready_all_the_same(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db", FILE_KEY, DIGEST_KEY)
    fill(cache)
    found = cache.find("X")
    assert isinstance(found, NotFound)
    assert found.loaded
    cache.close()

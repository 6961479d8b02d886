"""The folder of backups tells one base from another, and knows its own of earlier releases."""

from datetime import UTC, datetime
from pathlib import Path

from sync.central.postgres.archive import BASE_SUFFIX, Archive, Base, base_name

SECOND = datetime(2026, 3, 29, 1, 59, 7, tzinfo=UTC)


def _add(archive: Archive, name: str, finished: str) -> None:
    (archive.folder / f"{name}{BASE_SUFFIX}").write_bytes(b"the cluster")
    archive.add(Base(name, SECOND.isoformat(), finished, "000000010000000000000002", 11, "00"))


def test_bases_begun_within_one_second_are_two_and_the_older_goes_first(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.wal.mkdir()
    names = [base_name(SECOND.replace(microsecond=part)) for part in (1, 2, 3)]
    for number, name in enumerate(names):
        _add(archive, name, SECOND.replace(microsecond=10 + number).isoformat())
    assert [base.name for base in archive.bases()] == names
    assert archive.drop_all_but(2) == names[:1]
    assert [base.name for base in archive.bases()] == names[1:]


def test_bases_named_to_the_second_by_an_earlier_release_still_count(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    _add(archive, "base-20260329T015907Z", SECOND.isoformat())
    assert [base.name for base in archive.bases()] == ["base-20260329T015907Z"]

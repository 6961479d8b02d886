from pathlib import Path

import pytest

from sync.protocol.leases import LimitKind
from sync.rules.user_error import UserError
from sync.till.cache.found import FoundCode
from sync.till.secrets import FILE_WARNING
from tests.builders.till import (
    DIGEST_KEY,
    campaign_change,
    code_change,
    enrolled_till,
    fill,
    guest_change,
    identity,
    leased,
    new_till,
    sell,
)

CODE = "SUMMER-VOUCHER-20"
GUEST = "Wilhelmina Featherstonehaugh"


def in_use(folder: Path) -> Path:
    """A till with a replica, leases and sales; return its home."""
    till = enrolled_till(folder)
    fill(
        till.cache,
        [campaign_change(name="Harvest thanksgiving"), code_change(7, CODE, name="Table of eight")],
        [guest_change(3, GUEST)],
    )
    sell(till, lease=leased(till))
    till.close()
    return till.home.folder


def test_a_till_comes_back_as_it_was(tmp_path: Path) -> None:
    in_use(tmp_path)
    till = new_till(tmp_path)
    assert till.identity == identity()
    assert till.secrets.digest_key == DIGEST_KEY
    assert till.time.now().zone == "Europe/Berlin"
    assert isinstance(till.cache.find(CODE), FoundCode)
    assert till.journal.status().last_seq == 3
    held = till.journal.held(LimitKind.USES, 7)
    assert held is not None
    assert held.left == 1
    assert till.findings == [FILE_WARNING]
    till.close()


def test_a_new_home_opens_as_a_till_that_is_not_enrolled(tmp_path: Path) -> None:
    till = new_till(tmp_path)
    assert till.identity is None
    assert not till.cache.status().ready
    assert not till.journal.status().enrolled
    assert till.time.now().zone == "UTC"
    till.close()
    till.close()


def test_only_one_can_have_a_home_open(tmp_path: Path) -> None:
    first = new_till(tmp_path)
    with pytest.raises(UserError) as refused:
        new_till(tmp_path)
    assert refused.value.reason == "already_open"
    first.close()
    new_till(tmp_path).close()


@pytest.mark.parametrize("closed", [True, False])
def test_stolen_files_show_neither_codes_nor_people(tmp_path: Path, closed: bool) -> None:
    till = None
    if closed:
        in_use(tmp_path)
    else:
        in_use(tmp_path)
        till = new_till(tmp_path)
        sell(till)
    stolen = b"".join(
        path.read_bytes()
        for path in sorted((tmp_path / "home").rglob("*"))
        if path.suffix != ".key" and path.is_file()
    )
    for secret in (
        CODE,
        GUEST,
        "Featherstone",
        "Harvest",
        "Table of eight",
        "redemption",
        "SQLite format",
        "Bistro",
    ):
        assert secret.encode() not in stolen
        assert secret.encode("utf-16-le") not in stolen
    if till is not None:
        till.close()


def test_even_with_its_key_the_replica_holds_no_code_in_clear(tmp_path: Path) -> None:
    in_use(tmp_path)
    till = new_till(tmp_path)
    tables = [
        name
        for (name,) in till.cache._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    content = b"".join(
        bytes(cell) if isinstance(cell, bytes) else str(cell).encode()
        for table in tables
        for row in till.cache._connection.execute(f"SELECT * FROM {table}")
        for cell in row
    )
    assert b"Table of eight" in content
    for text in (CODE, CODE.lower(), CODE.replace("-", "")):
        assert text.encode() not in content
    till.close()


def test_a_damaged_replica_leaves_the_journal_and_selling_alone(tmp_path: Path) -> None:
    home = in_use(tmp_path)
    (home / "cache.db").write_bytes(b"rubbish" * 5_000)
    till = new_till(tmp_path)
    assert any("set aside" in finding for finding in till.findings)
    held = till.journal.held(LimitKind.USES, 7)
    assert held is not None
    sell(till, lease=held.lease)
    assert till.journal.verify().ok
    till.close()


def test_enrolling_twice_begins_one_chain(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    till.become(identity(), digest_key=DIGEST_KEY, app_version="1.0")
    assert till.journal.status().last_seq == 1
    till.close()

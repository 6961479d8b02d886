from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol.event import sign_event
from sync.protocol.keys import SigningKey
from sync.rules.user_error import UserError
from sync.till.home import TillHome
from sync.till.journal.entries import Verification
from sync.till.secrets import SecretStore
from sync.till.sqlcipher import JOURNAL, Connection, connect
from sync.till.till import Till
from tests.builders.till import DIGEST_KEY, enrolled_till, identity, leased, new_till, sell


def sold(folder: Path) -> Path:
    """A till with a dozen events, closed; return its journal."""
    till = enrolled_till(folder)
    lease = leased(till, units=16)
    for _ in range(5):
        sell(till, lease=lease)
    till.close()
    return till.home.journal_file


def tamper(folder: Path, deed: Callable[[Connection], object]) -> Verification:
    """Do something to the file as one would who has its key, then verify what opens."""
    key = SecretStore(TillHome(folder / "home")).load_or_make().file_key
    connection = connect(folder / "home" / "journal.db", key, JOURNAL)
    for name in ("events_refuse_update", "events_refuse_delete", "events_only_append", "leases_stay_closed"):
        connection.execute(f"DROP TRIGGER {name}")
    deed(connection)
    connection.close()
    till = new_till(folder)
    found = till.journal.verify()
    till.close()
    return found


def test_a_whole_journal_verifies_in_every_incarnation(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sell(till)
    till.become(identity(2), digest_key=DIGEST_KEY, app_version="2")
    sell(till)
    assert till.journal.verify() == Verification(ok=True, events=6)
    till.close()


def middle(connection: Connection) -> int:
    return int(connection.execute("SELECT position FROM events WHERE position & 1023 = 4").fetchone()[0])


@pytest.mark.expects_log("the journal is damaged")
def test_a_changed_amount_in_the_middle_is_named(tmp_path: Path) -> None:
    sold(tmp_path)

    def change(connection: Connection) -> None:
        at = middle(connection)
        (body,) = connection.execute("SELECT body FROM events WHERE position = ?", (at,)).fetchone()
        changed = body.replace(b"1250", b"9250")
        connection.execute("UPDATE events SET body = ? WHERE position = ?", (changed, at))

    found = tamper(tmp_path, change)
    assert (found.ok, found.first_bad_seq) == (False, 4)


def test_a_signature_of_another_key_is_named(tmp_path: Path) -> None:
    sold(tmp_path)

    def forge(connection: Connection) -> None:
        at = middle(connection)
        (body,) = connection.execute("SELECT body FROM events WHERE position = ?", (at,)).fetchone()
        forged = sign_event(SigningKey(b"x" * 32), body).signature
        connection.execute("UPDATE events SET signature = ? WHERE position = ?", (forged, at))

    found = tamper(tmp_path, forge)
    assert (found.ok, found.incarnation, found.first_bad_seq) == (False, 1, 4)
    assert "signed" in (found.problem or "")


@pytest.mark.parametrize(
    "column",
    ["kind = 'sale'", "at_ms = at_ms + 1", "hash = x'00'", "event = x'00112233445566778899aabbccddeeff'"],
)
def test_columns_that_contradict_the_bytes_are_named(tmp_path: Path, column: str) -> None:
    sold(tmp_path)
    found = tamper(
        tmp_path,
        lambda connection: connection.execute(
            f"UPDATE events SET {column} WHERE position = ?", (middle(connection),)
        ),
    )
    assert (found.ok, found.first_bad_seq) == (False, 4)


@pytest.mark.expects_log("the journal is damaged")
def test_an_event_taken_out_is_found(tmp_path: Path) -> None:
    sold(tmp_path)
    found = tamper(
        tmp_path,
        lambda connection: connection.execute("DELETE FROM events WHERE position = ?", (middle(connection),)),
    )
    assert (found.ok, found.first_bad_seq) == (False, 4)


def test_units_given_back_to_a_lease_by_hand_are_found(tmp_path: Path) -> None:
    sold(tmp_path)
    found = tamper(tmp_path, lambda connection: connection.execute("UPDATE leases SET spent = 0"))
    assert not found.ok
    assert "units spent" in (found.problem or "")


@settings(max_examples=60)
@given(spot=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found_at_opening_or_by_verify(
    tmp_path_factory: pytest.TempPathFactory, spot: float, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    journal = sold(folder)
    whole = journal.read_bytes()
    hurt = bytearray(whole)
    hurt[int(spot * len(whole))] ^= 1 << bit
    journal.write_bytes(hurt)
    with pytest.raises(UserError) as refused:
        new_till(folder)
    assert refused.value.reason == "journal_damaged"
    assert str(journal) in refused.value.sentence
    assert journal.read_bytes() == bytes(hurt)


def test_a_page_that_goes_bad_while_the_till_is_open_is_found_by_verify(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    for _ in range(20):
        sell(till)
    till.tidy()
    journal = till.home.journal_file
    hurt = bytearray(journal.read_bytes())
    hurt[len(hurt) - 2_000] ^= 1
    journal.write_bytes(hurt)
    found = till.journal.verify()
    assert not found.ok
    assert "damaged" in (found.problem or "")
    till.close()


def test_verify_reads_a_long_journal_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.till.journal.verify._READ_AT_ONCE", 3)
    sold(tmp_path)
    till: Till = new_till(tmp_path)
    assert till.journal.verify() == Verification(ok=True, events=11)
    till.close()

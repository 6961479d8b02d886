"""Finding a guest among a million: the words of the name and the last digits of the phone, by their beginnings.

The index (FTS5) lies in the encrypted file, holds no text of its own and follows the column ``name`` of the guests'
rows: by a trigger when it changes, in one statement when a snapshot's chunk comes (a trigger for each row of a
million would take three times as long). A whole phone number is looked up by its keyed digest.
"""

import json
from collections.abc import Sequence

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import GuestRow
from sync.protocol.wire import unpack
from sync.rules.guest_name import name_tokens, nearly_same_words
from sync.rules.phone import LAST_DIGITS, MIN_PHONE_DIGITS, phone_digits, phone_forms
from sync.till.sqlcipher import Connection

MIN_SEARCHED_CHARS = 2
MAX_SEARCHED_WORDS = 6
MAX_FOUND = 50
"""More than this nobody reads; another letter finds the guest."""
_MAX_ALIKE = 50
"""How many guests who share all words of a name but one are compared for a slip of a key in that one."""
_BEGINNING = 2
_INDEXED_AT_ONCE = 10_000


def open_guest_search(connection: Connection) -> None:
    """Lay the index over the guests; a step of the cache's schema."""
    connection.execute(
        "CREATE VIRTUAL TABLE guest_words USING fts5(words, content='', contentless_delete=1, detail=none,"
        " prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')"
    )
    _index_who_is_there(connection)
    connection.execute(
        "CREATE TRIGGER guests_renamed AFTER UPDATE OF name ON guests WHEN OLD.name IS NOT NEW.name BEGIN"
        " DELETE FROM guest_words WHERE rowid = OLD.id AND OLD.name IS NOT NULL;"
        " INSERT INTO guest_words (rowid, words) SELECT NEW.id, NEW.name WHERE NEW.name IS NOT NULL; END"
    )


def _index_who_is_there(connection: Connection) -> None:
    """Index the guests of a file that had no index: an upgraded till may be without the office for days."""
    last = -1
    while rows := connection.execute(
        "SELECT id, row FROM guests WHERE id > ? AND row IS NOT NULL ORDER BY id LIMIT ?",
        (last, _INDEXED_AT_ONCE),
    ).fetchall():
        words = [(search_text(unpack(row, GuestRow)), guest) for guest, row in rows]
        connection.executemany("UPDATE guests SET name = ? WHERE id = ?", words)
        connection.executemany("INSERT INTO guest_words (words, rowid) VALUES (?, ?)", words)
        last = rows[-1][0]


def index_new(connection: Connection, guests: Sequence[int]) -> None:
    """Index guests whose rows were inserted with their words, in the caller's transaction."""
    connection.execute(
        "INSERT INTO guest_words (rowid, words) SELECT id, name FROM guests"
        " WHERE id IN (SELECT value FROM json_each(?)) AND name IS NOT NULL ORDER BY id",
        (json.dumps(guests),),
    )


def search_text(guest: GuestRow) -> str:
    """Return the words that a guest is found by."""
    return " ".join((*name_tokens(guest.name), guest.phone_last4)).strip()


def search(connection: Connection, digest_key: bytes, text: str, limit: int) -> list[GuestRow]:
    """Return who answers to a name, its beginning, the last four digits of a phone, or a whole number.

    Whole words come before beginnings, and guests who came last before the others.
    """
    limit = min(limit, MAX_FOUND)
    words = name_tokens(text)[:MAX_SEARCHED_WORDS]
    if max(map(len, words), default=0) < MIN_SEARCHED_CHARS:
        return []
    if all(word.isdecimal() for word in words) and len(phone_digits(text)) >= MIN_PHONE_DIGITS:
        found = by_phone(connection, digest_key, text)
        # Written otherwise than it was registered, a number still ends alike.
        return found or _matching(connection, [f'"{phone_digits(text)[-LAST_DIGITS:]}"'], limit)
    whole = _matching(connection, [f'"{word}"' for word in words], limit)
    if len(whole) == limit:
        return whole
    known = {row.guest.id for row in whole}
    begun = _matching(connection, [f'"{word}"*' for word in words], limit)
    return (whole + [row for row in begun if row.guest.id not in known])[:limit]


def by_phone(connection: Connection, digest_key: bytes, phone: str) -> list[GuestRow]:
    """Return the guests of a whole phone number: one, unless a row is on its way to another."""
    digests = [keyed_digest(digest_key, Subject.PHONE, form) for form in phone_forms(phone)]
    rows = [
        row
        for digest in digests
        for (row,) in connection.execute(
            "SELECT row FROM guests WHERE phone_digest = ? AND row IS NOT NULL ORDER BY id DESC", (digest,)
        ).fetchall()
    ]
    return [unpack(row, GuestRow) for row in rows]


def by_like_name(connection: Connection, name: str, limit: int) -> list[GuestRow]:
    """Return guests whose names differ from this one by nothing, or by a slip of a key in one word."""
    words = name_tokens(name)[:MAX_SEARCHED_WORDS]
    known: dict[int, str] = {}
    for terms in _slips(words):
        known |= connection.execute(
            "SELECT guests.id, guests.name FROM guest_words JOIN guests ON guests.id = guest_words.rowid"
            " WHERE guest_words MATCH ? ORDER BY guest_words.rowid DESC LIMIT ?",
            (" AND ".join(terms), _MAX_ALIKE),
        ).fetchall()
    alike = [guest for guest, found in known.items() if nearly_same_words(words, _words_of_name(found or ""))]
    rows = connection.execute(
        "SELECT row FROM guests WHERE id IN (SELECT value FROM json_each(?)) AND row IS NOT NULL ORDER BY id DESC",
        (json.dumps(alike[:limit]),),
    ).fetchall()
    return [unpack(row, GuestRow) for (row,) in rows]


def _slips(words: Sequence[str]) -> list[list[str]]:
    """Return what to look for: all words as they are, then each in turn by its beginning, the others as they are."""
    whole = [f'"{word}"' for word in words]
    if not whole:
        return []
    begun = [f'"{word[:_BEGINNING]}"*' for word in words]
    return [whole, *([*whole[:at], begun[at], *whole[at + 1 :]] for at in range(len(words)))]


def _words_of_name(words: str) -> list[str]:
    """Take the words of the name out of what :func:`search_text` made: the phone's digits stand behind them."""
    found = words.split()
    return found[:-1] if found and found[-1].isdecimal() and len(found[-1]) == LAST_DIGITS else found


def _matching(connection: Connection, terms: list[str], limit: int) -> list[GuestRow]:
    rows = connection.execute(
        "SELECT guests.row FROM guest_words JOIN guests ON guests.id = guest_words.rowid"
        " WHERE guest_words MATCH ? AND guests.row IS NOT NULL ORDER BY guest_words.rowid DESC LIMIT ?",
        (" AND ".join(terms), limit),
    ).fetchall()
    return [unpack(row, GuestRow) for (row,) in rows]

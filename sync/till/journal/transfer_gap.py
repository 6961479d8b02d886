"""A file that begins behind what is here: the machine that wrote it had let go of the events between.

What a machine lets go of is in a backup of the office by then. So this machine lets go of the same, as far as it has
it, and goes on from there, with what the file says the missing events took. That holds only for what is certainly
at the office: events that are here and not in a backup yet stay, and then nothing of the file is taken in.
"""

from sync.protocol.event import event_hash, read_envelope
from sync.rules.user_error import UserError
from sync.till.journal.guest_keys import forget_pruned
from sync.till.journal.places import place, position
from sync.till.journal.pruning import anchor_of
from sync.till.journal.shift_book import first_kept
from sync.till.journal.transfer_file import Event, Life
from sync.till.sqlcipher import Connection


def reach_anchor(connection: Connection, life: Life, *, held: int, safe: int) -> int:
    """Let what is here of a life begin where the file begins, if that is later; return how many events went.

    ``held`` is the last seq that is here, ``safe`` up to where the office has it in a backup. Raises ``UserError``
    while events are here that might be the only copy.
    """
    if life.anchor_seq <= max(held, anchor_of(connection, life.incarnation).seq):
        return 0
    if held > safe:
        raise UserError(
            "import_gap",
            f"The file begins at event {life.anchor_seq + 1}, and this machine holds events up to {held} that are"
            " not in a backup of the office yet; nothing was imported.",
            "Connect this machine to the office until all is safe there, then import the file again. Keep the file.",
        )
    _lay_anchor(connection, life)
    first, end = position(life.incarnation, 0), position(life.incarnation, life.anchor_seq)
    connection.execute("DELETE FROM undone WHERE position > ? AND position <= ?", (first, end))
    gone = connection.execute(
        "DELETE FROM events WHERE position > ? AND position <= ?", (first, end)
    ).rowcount
    forget_pruned(connection)
    return int(gone)


def require_counted(connection: Connection, life: Life) -> None:
    """Raise ``UserError`` where events that a shift's report has yet to count went with the gap.

    Ask when the file's own events are here: the newest report may be one of them.
    """
    kept = first_kept(connection)
    if kept is not None and position(life.incarnation, life.anchor_seq) >= kept:
        raise UserError(
            "import_shift_open",
            "This till's open shift counts sales that the file holds no longer; nothing was imported.",
            "Close the shift first, then import the file again. Keep the file.",
        )


def require_joined(connection: Connection, incarnation: int, first: Event) -> None:
    """Raise ``UserError`` where the first event that is new does not follow the last one that is here."""
    before = first.seq - 1
    anchor = anchor_of(connection, incarnation)
    known, body = connection.execute(
        "SELECT hash, body FROM events WHERE position = ?", (position(incarnation, before),)
    ).fetchone() or (anchor.hash, None)
    if event_hash(first.body) != first.hash or (body is not None and event_hash(body) != known):
        return  # one of them is damaged and goes up as such: it says nothing of what follows what
    if read_envelope(first.body).previous != known.hex():
        raise differs(before)


def differs(seq: int) -> UserError:
    """Say that the file and this machine tell two stories of one life."""
    return UserError(
        "import_differs",
        f"Event {seq} in the file is not the one that this machine holds; nothing was imported.",
        "Keep both, and tell the office: the till's files were copied at some time.",
    )


def last_held(positions: dict[int, bytes]) -> int:
    """Return the last seq among events by their places, 0 for none."""
    return place(max(positions))[1] if positions else 0


def _lay_anchor(connection: Connection, life: Life) -> None:
    """Note what the other machine had let go of.

    It was in a backup then. Should the office have been put back to an older one since, so that it lacks these events,
    they are no less gone: the file's own rule, which is for letting go, is met for this one statement.
    """
    where = (life.incarnation,)
    marks = connection.execute(
        "SELECT applied, safe FROM incarnations WHERE incarnation = ?", where
    ).fetchone()
    connection.execute(
        "UPDATE incarnations SET applied = max(applied, ?1), safe = max(coalesce(safe, 0), ?1) WHERE incarnation = ?2",
        (life.anchor_seq, *where),
    )
    connection.execute(
        "INSERT INTO anchors (incarnation, position, hash) VALUES (?, ?, ?)"
        " ON CONFLICT (incarnation) DO UPDATE SET position = excluded.position, hash = excluded.hash",
        (*where, position(life.incarnation, life.anchor_seq), life.anchor_hash),
    )
    connection.execute(
        "UPDATE incarnations SET applied = ?, safe = ? WHERE incarnation = ?", (*marks, *where)
    )

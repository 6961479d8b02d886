"""Bugs that a machine made, line by line: a condition, a call or a term left out, in what the checker had not looked at.

Some six thousand such changes can be made where events, leases, feed and time are handled. Of a drawn hundred each that
no world noticed was read: most change nothing that anybody sees, and these were what the checker has learnt from.
"""

from tests.simulation.plant import Plant

EVERY_LINE: tuple[Plant, ...] = (
    Plant(
        "manifest_unsigned",
        "sync/till/agent/snapshot.py",
        "if not VerifyKey(key).verifies(Purpose.SNAPSHOT, signed.body, signed.signature):",
        "if not signed.signature:",
        "a till builds its replica by a list of contents that central has not signed",
    ),
    Plant(
        "chunk_unchecked",
        "sync/till/agent/snapshot.py",
        "if len(received) != info.size or hashlib.sha256(received).digest() != info.sha256:",
        "if len(received) != info.size:",
        "a part of a snapshot with other bytes in it is taken",
    ),
    Plant(
        "earned_unbooked",
        "sync/central/services/journal/booking.py",
        "    if points and guest is not None:",
        "    if points and guest is None:",
        "what a sale earns is printed on the receipt and booked nowhere",
    ),
    Plant(
        "import_of_another",
        "sync/till/journal/transfer_file.py",
        "if (content.network, content.till) != (identity.network, identity.till):",
        "if content.network != identity.network:",
        "a machine takes in the journal of another till of its network",
    ),
    Plant(
        "retire_keeps",
        "sync/till/journal/journal.py",
        'self.close_leases(dict.fromkeys(leases[start : start + MAX_ENTRIES], "retired"))',
        'self.close_leases(dict.fromkeys(leases[start + 1 : start + MAX_ENTRIES], "retired"))',
        "a machine that is retired keeps one of its leases for ever",
    ),
    Plant(
        "tier_unbooked",
        "sync/central/services/journal/tiers.py",
        "        wanted = [gift for _, gift in gifts.values()]",
        "        wanted = [gift for _, gift in gifts.values()][1:]",
        "the first use of a batch that gives a tier gives none",
    ),
    Plant(
        "far_ahead_believed",
        "sync/till/clock.py",
        "FAR_AHEAD_MS = 35 * 24 * 60 * 60 * 1000",
        "FAR_AHEAD_MS = 350 * 24 * 60 * 60 * 1000",
        "a clock that is ahead by months is believed",
    ),
    Plant(
        "prunes_by_wall",
        "sync/till/journal/hearing.py",
        "if self._file.stopped is not None or not self.time.anchored():",
        "if self._file.stopped is not None:",
        "by a wall clock that is a year ahead a till lets go of what it has just sold",
    ),
    Plant(
        "no_drift",
        "sync/till/clock.py",
        "DRIFT_PPM = 200",
        "DRIFT_PPM = 0",
        "a till holds its own quartz for exact",
    ),
    Plant(
        "issues_never",
        "sync/central/services/epochs.py",
        '"UPDATE networks SET issuing = $2 WHERE id = $1 AND issuing <> $2", network_id, awaited == 0',
        '"UPDATE networks SET issuing = $2 WHERE id = $1 AND issuing <> $2", network_id, awaited < 0',
        "central that was put back grants nothing any more",
    ),
    Plant(
        "safe_never",
        "sync/central/services/backups.py",
        'WHERE network_id = $1 AND marked_seq > COALESCE(safe_seq, -1)""",',
        'WHERE network_id = $1 AND marked_seq < COALESCE(safe_seq, -1)""",',
        "what is in a backup is never called safe",
    ),
)

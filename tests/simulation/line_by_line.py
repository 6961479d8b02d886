"""Bugs found by reading, line by line, what the till sends and what central takes in.

Of those that were tried, some are no plants, because nobody is harmed: ``taken_forgotten`` (two codes of a bill count on
one unit: the till refuses what it could sell), ``scope_all`` (a fenced till's token that says more than it may: each route
asks for the till's standing itself), ``restore_again`` (a void that is tried again gives back once more: never more than
was spent), ``credit_total`` (which units of an adjustment count: a till spends of one limit only), ``here_anybodys`` and
``shift_closed_twice`` (a till would have to sign what it knows to be false).
"""

from tests.simulation.plant import Plant

LINE_BY_LINE: tuple[Plant, ...] = (
    Plant(
        "fork_as_gap",
        "sync/central/services/journal/line.py",
        "by_hash = {(each.seq, each.hash): each.branch for each in held}",
        "by_hash = {(each.seq, each.hash): 0 for each in held}",
        "events that continue a second line are taken for the first one's",
    ),
    Plant(
        "replica_asks_nobody",
        "sync/till/agent/snapshot.py",
        "self._files.call(self._till.journal.ask_after_guests)",
        "self._files.call(lambda: None)",
        "a till that got a whole replica keeps the keys of guests who were erased before it",
    ),
    Plant(
        "fence_not_set",
        "sync/central/services/enrolment.py",
        '"UPDATE incarnations SET fenced = true WHERE network_id = $1 AND till_id = $2 AND NOT fenced",',
        '"UPDATE incarnations SET fenced = true WHERE network_id = $1 AND till_id = $2 AND fenced",',
        "a life that another has taken the place of is not fenced",
    ),
    Plant(
        "day_return",
        "sync/central/services/journal/day_uses.py",
        'less[_Key(row["campaign_id"], EVERYBODY, day)] += 1',
        'less[_Key(row["campaign_id"], EVERYBODY, day)] += 2',
        "a void takes two uses of its day back",
    ),
    Plant(
        "batch_skips_one",
        "sync/till/journal/settling.py",
        "first = max(marks.applied, anchor.seq) + 1",
        "first = max(marks.applied, anchor.seq) + 1 + (marks.applied > 20)",
        "from its twenty-first event on a till's batches begin one event late",
    ),
    Plant(
        "waits_on",
        "sync/central/services/journal/restoring.py",
        "row.waiting = min(row.waiting, max(most, 0))",
        "row.waiting = max(row.waiting, 0)",
        "what a till has given back itself goes on waiting for its lease to be closed",
    ),
    Plant(
        "rebook_exposes",
        "sync/central/services/relisting.py",
        "lacking = max(0, wanted[limit] - pool)",
        "lacking = wanted[limit]",
        "a grant that a restored central hears of again is booked as exposure, and its pool is left full",
    ),
    Plant(
        "ack_of_another_life",
        "sync/till/journal/hearing.py",
        "of = current if incarnation is None else incarnation",
        "of = current",
        "what central acknowledges of an earlier life settles the present one",
    ),
    Plant(
        "newer_kept",
        "sync/till/cache/replica.py",
        "if schema_version(connection) <= len(MIGRATIONS):",
        "if schema_version(connection) >= 0:",
        "a replica that a newer program has laid out is read as if it were this one's",
    ),
    Plant(
        "wrong_index",
        "sync/till/cache/codes.py",
        "elif code_id in self._moved or not (_has_text(held, row) or self._stands(code_id, row.digests)):",
        "elif code_id in self._moved:",
        "a code whose text was changed is found by the old one only",
    ),
    Plant(
        "debit_free",
        "pos_app/usecases/manual_credit.py",
        "claims = claim_credit(desk, points) if points > 0 else claim_points(desk, guest_id, -points)",
        "claims = claim_credit(desk, points) if points > 0 else claim_points(desk, guest_id, 1)",
        "points that are taken from a guest by hand take one unit of their lease, however many they are",
    ),
    Plant(
        "lacks_just_one",
        "sync/till/journal/lives.py",
        "if life.incarnation in known and life.applied < known[life.incarnation]:",
        "if life.incarnation in known and life.applied < known[life.incarnation] - 1:",
        "a till does not send again what a restored central lacks, if it is one event only",
    ),
    Plant(
        "purchase_stays",
        "sync/central/services/journal/booking.py",
        "books.purchases.count(item, original.guest, -1)",
        "books.purchases.count(item, original.guest, 0)",
        "a sale that was voided still counts among its guest's purchases",
    ),
    Plant(
        "unheard_again",
        "sync/central/services/lease_demand.py",
        'wanted=min(wanted - row["unheard"], _MOST[limit.kind] - row["held"]),',
        'wanted=min(wanted, _MOST[limit.kind] - row["held"]),',
        "what a lost answer had granted is granted once more when the till asks again",
    ),
    Plant(
        "floor_too_low",
        "sync/central/services/feed.py",
        "COALESCE((SELECT min(number) - 1 FROM outbox WHERE network_id = $1 AND number IS NOT NULL), feed_head)",
        "COALESCE((SELECT min(number) - 3 FROM outbox WHERE network_id = $1 AND number IS NOT NULL), feed_head)",
        "a till that missed the two newest of the forgotten changes goes on as if it had them",
    ),
    Plant(
        "release_half",
        "sync/central/services/journal/restoring.py",
        "row.units += ledger.release(lease, row.waiting)",
        "row.units += ledger.release(lease, row.waiting - row.waiting // 2)",
        "of what waits for a lease to be closed one half comes back",
    ),
    Plant(
        "merge_forgets",
        "sync/central/services/guest_limits.py",
        'campaign, used = row["subject"], row["total"] - row["pool"]',
        'campaign, used = row["subject"], 0',
        "what a registration has used is forgotten when it turns out to be of a guest who is there already",
    ),
    Plant(
        "erased_by_stamp",
        "sync/central/services/journal/registrations.py",
        "said_ms = _earliest_ms(item, payload)",
        "said_ms = item.link.envelope.trusted_ms",
        "a registration at a clock that was ahead brings back the guest who was erased after it",
    ),
    Plant(
        "erased_by_stated",
        "sync/central/services/journal/registrations.py",
        "return stated if payload.not_before_ms is None else min(stated, payload.not_before_ms)",
        "return stated",
        "a clock in doubt is believed to the minute when a guest was erased meanwhile",
    ),
)

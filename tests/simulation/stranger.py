"""Bugs of a stranger with an hour: time, copies, moves and restores, and answers that central never gave.

Of those that were thought of, some are no plants, because nobody is harmed, or another layer sees to it:
``last_part_only`` (what a till does not put back with the last part of a sale the office gives to the pool),
``want_unchecked`` (a gap that is noted wrongly can be accepted by nobody), ``retry_backwards`` (whatever order, no more
than a sale had is booked), ``doubt_forgotten`` (an event that stands is known by its id when it is tried again) and
``lost_answer_struck`` (what an answer had granted that nobody heard is listed with the next contact).
"""

from tests.simulation.plant import Plant

STRANGER: tuple[Plant, ...] = (
    Plant(
        "tier_blocked",
        "sync/rules/tiers.py",
        "tier = None if guest is None or guest.blocked else tier_named(tiers, guest.tier)",
        "tier = None if guest is None else tier_named(tiers, guest.tier)",
        "a guest who was blocked while their bill stood open still gets what their tier gives",
    ),
    Plant(
        "debit_expired",
        "sync/till/journal/lease_book.py",
        "\" AND state = 'open' AND spent + :units <= units AND (expires_ms IS NULL OR expires_ms > :now)\"",
        "\" AND state = 'open' AND spent + :units <= units\"",
        "units that were there when a code was looked up are spent after they have expired",
    ),
    Plant(
        "mark_stays",
        "sync/till/clock.py",
        "self._raise_mark(moment.at_ms - moment.uncertainty_ms)",
        "self._raise_mark(0)",
        "the mark that no clock may fall behind is not raised while a till works on",
    ),
    Plant(
        "retired_wakes",
        "sync/till/journal/journal.py",
        "self._file.write(lambda: notes.write(self._connection, ENDED, RETIRED.reason))",
        "self._file.write(lambda: notes.write(self._connection, ENDED, None))",
        "a machine whose journal was handed over works on when it is started once more",
    ),
    Plant(
        "prune_forgets_return",
        "sync/till/journal/pruning.py",
        "spent[restore.lease] -= restore.units if restore.here else 0",
        "spent[restore.lease] -= 0",
        "of events that are let go the sum forgets what they had put back into their leases",
    ),
    Plant(
        "numbers_reused",
        "sync/central/services/epochs.py",
        '"""SELECT setval(format(\'%I.%I\', schemaname, sequencename)::regclass, COALESCE(last_value, 0) + $1)',
        '"""SELECT setval(format(\'%I.%I\', schemaname, sequencename)::regclass, greatest(COALESCE(last_value, 0) + $1 * 0, 1))',
        "numbers that were given after a backup are given again once it is put back",
    ),
    Plant(
        "no_epoch_by_till",
        "sync/central/services/relisting.py",
        'if contact.epoch in {"", epoch} and not await _holds(connection, till, contact):',
        'if contact.epoch in {""} and not await _holds(connection, till, contact):',
        "central that was put back without a word does not hear it from a till that it had acknowledged more",
    ),
    Plant(
        "prune_young",
        "sync/till/journal/pruning.py",
        '"SELECT min(position) FROM events WHERE position > ? AND position <= ? AND at_ms > ? AND at_ms <= ?",',
        '"SELECT min(position) FROM events WHERE position > ? AND position <= ? AND at_ms > ? AND at_ms <= ? AND 0",',
        "a till lets go of what it has sold this very day",
    ),
    Plant(
        "waiting_uncounted",
        "sync/central/services/journal/restoring.py",
        "units = min(restore.units, spent - back - waiting)",
        "units = min(restore.units, spent - back)",
        "what waits for its lease to be closed comes back a second time",
    ),
    Plant(
        "forget_no_guest",
        "sync/till/agent/download.py",
        "if gone:",
        "if len(gone) > 1:",
        "a till keeps the key of a guest who was erased alone",
    ),
    Plant(
        "share_on_top",
        "sync/central/services/lease_allowances.py",
        "each.key: shares[each.key] - each.held",
        "each.key: shares[each.key]",
        "a till whose allowance runs low gets a whole share on top of what it has",
    ),
    Plant(
        "safe_is_applied",
        "sync/central/services/journal/intake.py",
        "safe=state.safe_seq,",
        "safe=applied,",
        "what central holds is called safe before any backup has it",
    ),
    Plant(
        "gap_anywhere",
        "sync/central/services/journal/gaps.py",
        "WHERE g.network_id = $1 AND g.till_id = $2 AND g.accepted_at IS NULL AND g.first_seq = i.applied_seq + 1",
        "WHERE g.network_id = $1 AND g.till_id = $2 AND g.accepted_at IS NULL",
        "a loss is accepted although what was lacking has come up from an older file meanwhile",
    ),
    Plant(
        "spend_any_guest",
        "sync/till/journal/lease_book.py",
        "\" AND state = 'open' AND spent < units AND (expires_ms IS NULL OR expires_ms > :now) AND NOT sale_bound\"",
        "\" AND :now > 0 OR kind = :kind AND subject = :subject AND incarnation = :incarnation AND state = 'open' AND spent < units AND NOT sale_bound\"",
        "a guest uses up what lies at a till for another one",
    ),
    Plant(
        "grant_unsigned",
        "sync/till/journal/lease_book.py",
        "if not central.verifies(Purpose.LEASE, signed.body, signed.signature):",
        "if not signed.signature:",
        "a till takes leases that somebody else has signed in central's place",
    ),
    Plant(
        "grant_of_another",
        "sync/till/journal/lease_book.py",
        "if (grant.network, grant.till) != (identity.network, identity.till):",
        "if grant.network != identity.network:",
        "a till takes what central has granted to another one",
    ),
    Plant(
        "risk_after_no",
        "pos_app/usecases/claims.py",
        "if reply is None:",
        "if reply is None or reply.grant is None:",
        "what the office says no to is taken at risk, as if it had not answered",
    ),
    Plant(
        "ended_goes_on",
        "sync/till/journal/hearing.py",
        "notes.write(self._connection, ENDED, ending.reason)",
        "notes.write(self._connection, ENDED, None)",
        "a till that has found itself to be a copy works on when it is started once more",
    ),
    Plant(
        "used_up_untold",
        "sync/central/services/journal/redemptions.py",
        "RETURNING c.uses >= c.max_uses AND c.uses - n.uses < c.max_uses AS used_up,",
        "RETURNING c.uses > c.max_uses AND c.uses - n.uses <= c.max_uses AS used_up,",
        "tills do not hear that a code is used up",
    ),
    Plant(
        "usable_untold",
        "sync/central/services/journal/returned_uses.py",
        'usable = [(row["id"], code_row(row, digest_key)) for row in rows if row["usable"]]',
        'usable = [(row["id"], code_row(row, digest_key)) for row in rows if row["usable"] and row["uses"] < 0]',
        "tills do not hear that a used-up code is good again, because a use of it was undone",
    ),
    Plant(
        "behind_believed",
        "sync/till/clock.py",
        "if wall < mark - BEHIND_TOLERANCE_MS:",
        "if wall < mark - FAR_AHEAD_MS:",
        "a clock that was set back by days is believed",
    ),
    Plant(
        "feed_epoch_stays",
        "sync/central/services/epochs.py",
        '"UPDATE networks SET epoch = $2, feed_epoch = $3 WHERE id = $1",',
        '"UPDATE networks SET epoch = $2, feed_epoch = COALESCE(feed_epoch, $3) WHERE id = $1",',
        "central that was put back goes on with its feed as if the numbers since had never been given",
    ),
    Plant(
        "line_twice",
        "sync/rules/refunds.py",
        "if any(part > free for part, free in zip(moved, before, strict=True)):",
        "if any(part < 0 for part in moved):",
        "one line of a bill comes back at two tills, as long as the sale as a whole has the money",
    ),
    Plant(
        "code_revived",
        "sync/central/services/journal/returned_uses.py",
        "WHEN c.auto_deactivated_at IS NOT NULL AND c.uses - n.uses < c.max_uses THEN $4",
        "WHEN c.uses - n.uses < c.max_uses THEN $4",
        "a code that the office has switched off is active again when a use of it is undone",
    ),
    Plant(
        "anchor_unproven",
        "sync/central/services/journal/gaps.py",
        'return any(VerifyKey(row["public_key"]).verifies(Purpose.ANCHOR, unsigned, anchor.proof) for row in keys)',
        "return bool(keys and unsigned)",
        "anybody on the line may say that a till has let events go, and a person takes them for lost",
    ),
)

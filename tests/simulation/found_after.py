"""After how many worlds each planted bug was found when it was tried last: what ``--plants`` prints.

Lane 1, seeds from 3001 on (each time others); the eight listed ones and the first sixteen others from 1 on, of which only
the most is known (4); those of ``IN_LANE_2`` in lane 2. A world that is changed by a new kind of step is another
world: the figures are of their day.
"""

from tests.simulation.plant import Plant

FOUND: dict[str, int] = {
    "return_at_expiry": 1,
    "naive_cursor": 1,
    "split_transaction": 1,
    "early_ack": 1,
    "wall_clock": 1,
    "uncapped_refund": 9,
    "pruned_dedupe": 3,
    "delete_on_4xx": 3,
    **dict.fromkeys(
        (
            "ack_takes_all", "no_lease_debit", "no_pool_debit", "second_grant", "close_returns_all", "forgets_mark",
            "same_receipt", "older_row_wins", "snapshot_ahead", "closes_unsettled", "forks_pass", "fence_forgotten",
            "uses_twice", "unsigned_chain", "swallowed_poison", "late_grant_kept",
        ),
        4,
    ),
    "ack_counts_batch": 1,
    "budget_halved": 1,
    "unsigned_taken": 1,
    "mark_by_any_clock": 1,
    "online_only_ahead": 1,
    "anchor_survives_boot": 1,
    "void_twice_central": 1,
    "forged_relisting": 2,
    "epoch_unheard": 2,
    "copies_unseen": 2,
    "close_believes_till": 2,
    "expiry_unstored": 3,
    "relist_short": 4,
    "prunes_the_unsafe": 4,
    "cursor_runs_ahead": 4,
    "hours_by_utc": 5,
    "restore_frees_open": 6,
    "uncertainty_ignored": 6,
    "window_end_open": 6,
    "fork_settles": 6,
    "ack_one_more": 8,
    "campaign_stays": 1,
    "half_durable": 1,
    "guest_limit_skipped": 1,
    "page_in_two": 1,
    "points_offered_twice": 2,
    "safe_too_soon": 2,
    "budget_rounds_up": 3,
    "credit_beyond": 3,
    "restored_twice": 3,
    "revoke_frees": 3,
    "sale_bound_forgotten": 3,
    "code_shape_stays": 5,
    "anybodys_journal": 6,
    "burnt_revives": 6,
    "expired_points_live": 6,
    "exposure_unbooked": 7,
    "points_twice": 8,
    "void_after_refund": 9,
    "midnight_forgotten": 16,
    "risk_without_end": 24,
    "feed_from_next": 1,
    "page_boundary": 2,
    "version_stays": 1,
    "void_twice_till": 1,
    "earn_twice": 7,
    "z_counts_own": 4,
    "left_last_refund": 5,
    "done_unread": 1,
    "totals_from_zero": 1,
    "regrant_spent": 1,
    "restore_unclosed_gain": 4,
    "second_self": 2,
    "second_any_role": 4,
    "stranger_unapproved": 2,
    "reader_goes_on": 1,
    "earned_stays": 3,
    "import_receipt": 1,
    "erased_comes_back": 1,
    "keys_again": 1,
    "card_stays": 1,
    "z_float": 5,
    "listed_too_soon": 3,
    "fork_as_gap": 1,
    "fence_not_set": 4,
    "day_return": 4,
    "batch_skips_one": 1,
    "waits_on": 2,
    "rebook_exposes": 2,
    "ack_of_another_life": 3,
    "wrong_index": 4,
    "debit_free": 4,
    "second_none": 2,
    "z_by_anybody": 3,
    "earlier_life_heard": 1,
    "unheard_again": 1,
    "purchase_stays": 3,
    "newer_kept": 1,
    "floor_too_low": 3,
    "erased_by_stamp": 4,
    "day_limit_up": 2,
    "relist_open_only": 6,
    "tombstone_row": 13,
    "mark_of_want": 1,
    "answered_anew": 1,
    "tier_blocked": 1,
    "debit_expired": 3,
    "mark_stays": 2,
    "retired_wakes": 1,
    "prune_forgets_return": 1,
    "prune_young": 3,
    "waiting_uncounted": 6,
    "forget_no_guest": 8,
    "share_on_top": 23,
    "safe_is_applied": 1,
    "used_up_untold": 1,
    "line_twice": 10,
    "code_revived": 10,
    "behind_believed": 1,
    "feed_epoch_stays": 1,
}  # fmt: skip
IN_LANE_2 = frozenset({"half_durable", "points_twice", "revoke_frees"})
FOUND_OFTEN_DRAWN: dict[str, int] = {
    "erased_by_stated": 1,
    "replica_asks_nobody": 1,
    "release_half": 1,
    "lacks_just_one": 5,
    "retry_settles_again": 1,
    "day_next_up": 2,
    "listed_for_older": 2,
    "gap_unaccepted": 1,
    "merge_forgets": 1,
    "numbers_reused": 1,
    "no_epoch_by_till": 1,
    "risk_after_no": 1,
    "ended_goes_on": 1,
    "usable_untold": 3,
    "gap_anywhere": 3,
    "spend_any_guest": 1,
    "grant_unsigned": 1,
    "grant_of_another": 1,
}
"""What was found in worlds in which one step in eight is one that leads there; in others it comes about once in two."""
NOT_FOUND: dict[str, int] = {}
"""What was not found, and in how many worlds it was looked for."""


def table(plants: tuple[Plant, ...]) -> list[str]:
    """Return a line for each planted bug: its name, within how many worlds it was found, and what it does."""
    return [f"{plant.name:<22} {_outcome(plant.name):<23} {plant.story}" for plant in plants]


def _outcome(name: str) -> str:
    if name in FOUND:
        return f"found within {FOUND[name]}{', lane 2' if name in IN_LANE_2 else ''}"
    if name in FOUND_OFTEN_DRAWN:
        return f"found within {FOUND_OFTEN_DRAWN[name]}, drawn often"
    if name in NOT_FOUND:
        return f"not found in {NOT_FOUND[name]}"
    return "not tried yet"

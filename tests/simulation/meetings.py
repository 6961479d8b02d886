"""Bugs that only a meeting of several things brings to light, and those of a stranger who reads the wire.

Of those that were tried, some are no plants, because nobody is harmed: ``grant_not_in_use`` (a sale that loses its lease
asks again), ``lease_any_life`` (a till would have to sign for a lease of a life that it knows to be over), ``risk_kept``
(an allowance that stays smaller than it may be) and ``never_recalled`` (units stay with a till that needs them less).
"""

from tests.simulation.plant import Plant

MEETINGS: tuple[Plant, ...] = (
    Plant(
        "day_limit_up",
        "sync/central/services/journal/day_uses.py",
        "if key.guest != EVERYBODY or limit is None or counts[key] < limit:",
        "if key.guest != EVERYBODY or limit is None or counts[key] <= limit:",
        "tills are told that a day's uses are used up only when one more has come",
    ),
    Plant(
        "day_next_up",
        "sync/central/services/journal/day_uses.py",
        "next_up[key] += 1",
        "next_up[key] += 0",
        "of several uses of a day in one batch each counts as the first",
    ),
    Plant(
        "retry_settles_again",
        "sync/central/services/journal/booking.py",
        "if not item.again:",
        "if item.link.envelope.spends:",
        "what an event took is taken once more when it is tried again",
    ),
    Plant(
        "listed_for_older",
        "sync/central/services/relisting.py",
        "if awaited and contact.listed and contact.epoch == epoch:",
        "if awaited and contact.listed:",
        "a till's list of what it holds counts although central was put back while it listed",
    ),
    Plant(
        "relist_open_only",
        "sync/till/journal/lives.py",
        "named |= _leases_named(connection, incarnation, applied)",
        "named |= set()",
        "a till does not list the leases that only its unsettled events name",
    ),
    Plant(
        "tombstone_row",
        "sync/till/cache/apply.py",
        "row = None if stored is None else stored.row",
        "row = before if stored is None else stored.row",
        "a guest or campaign that is gone stays in the replica",
    ),
    Plant(
        "mark_of_want",
        "sync/till/journal/settling.py",
        "(max(0, min(ack.want - 1, last)), ack.safe, incarnation),",
        "(max(0, min(ack.want, last)), ack.safe, incarnation),",
        "a till takes the event that central wants next for settled",
    ),
    Plant(
        "answered_anew",
        "sync/central/services/leases.py",
        "if granted is not None:",
        "if granted is not None and request.units < 0:",
        "a question that is asked again gets another lease, and so no answer",
    ),
    Plant(
        "gap_unaccepted",
        "sync/central/services/journal/gaps.py",
        'AND accepted_at IS NOT NULL""",',
        '""",',
        "a till's line goes on behind what is lost before a person has accepted that",
    ),
)

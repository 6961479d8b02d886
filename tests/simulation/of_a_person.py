"""Planted bugs around what no lease holds: referral codes, once of a person, and uses by day that are undone."""

from tests.simulation.plant import Plant

OF_A_PERSON: tuple[Plant, ...] = (
    Plant(
        "referral_twice",
        "sync/rules/checks/person.py",
        "if case.code.kind is Kind.REFERRAL and known.code_uses_by_guest >= 1:",
        "if case.code.kind is Kind.REFERRAL and known.code_uses_by_guest >= 2:",
        "a referral code may be used twice by one person",
    ),
    Plant(
        "referral_own",
        "sync/rules/checks/person.py",
        "if guest.id in (case.code.holder_guest_id, case.code.beneficiary_id):",
        "if guest.id == case.code.beneficiary_id:",
        "guests use referral codes of their own",
    ),
    Plant(
        "referral_unheard",
        "pos_app/usecases/known.py",
        "referral_enabled=switches,",
        "referral_enabled=True,",
        "a till takes referral codes although it has heard that they are off",
    ),
    Plant(
        "referral_unseen",
        "sync/central/services/journal/judging.py",
        "code_uses_by_guest=by_guest,",
        "code_uses_by_guest=0,",
        "a second use of a referral code at another till is nobody's business",
    ),
    Plant(
        "own_uses_unfiled",
        "sync/till/journal/use_book.py",
        'connection.execute(f"INSERT OR IGNORE INTO main.uses SELECT {_COLUMNS} FROM temp.new_uses")  # noqa: S608 - constants',
        'connection.execute(f"INSERT OR IGNORE INTO main.uses SELECT {_COLUMNS} FROM temp.new_uses WHERE guest IS NULL")',
        "when a till files its uses, those of guests are left out: after the next start they may use a code again",
    ),
    Plant(
        "undone_unseen",
        "sync/central/services/journal/undone_uses.py",
        "return [use for use in self._uses if use.after < place]",
        "return [use for use in self._uses if use.after > place]",
        "a mistake that was undone counts as a use for what comes behind it in one batch",
    ),
    Plant(
        "no_room_again",
        "sync/central/services/journal/day_uses.py",
        "await tell_today(connection, scene.network, have_room)",
        "await tell_today(connection, scene.network, [])",
        "a day's use that was undone is no use to anybody else that day",
    ),
    Plant(
        "friends_points",
        "pos_app/usecases/register_guest.py",
        "points=points,",
        "points=0,",
        "a newcomer does not get the points that a friend's code gives",
    ),
)

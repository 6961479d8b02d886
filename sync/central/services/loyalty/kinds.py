"""The three kinds of transaction, each by the same rules as a till: tier benefit, rewards, limits by hand."""

from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.schema.words import Role, TransactionKind
from sync.central.secrets import Secrets
from sync.central.services.lease_subjects import open_credit
from sync.central.services.limits import LimitKey
from sync.central.services.login import Person
from sync.central.services.loyalty.amounts import to_minor
from sync.central.services.loyalty.asking import NewTransaction
from sync.central.services.loyalty.booking import GuestBooks, open_guest_books
from sync.central.services.loyalty.guest_desk import Standing
from sync.central.services.loyalty.place import PlaceOf
from sync.central.services.points import expire_of
from sync.central.services.points_rows import By
from sync.central.services.refusal import Refusal
from sync.central.services.rewards import read_reward
from sync.protocol.leases import LimitKind
from sync.protocol.problems import ProblemType
from sync.rules.explain import explain
from sync.rules.ledger.book import Kind
from sync.rules.ledger.operations import MAX_POINTS
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.rewards import judge_reward
from sync.rules.sale import Basket, Guest, Line
from sync.rules.tiers import Tier, card_benefit
from sync.rules.user_error import UserError

_ALLOWED_WITHOUT_ALLOWANCE = frozenset({Role.OFFICE, Role.OWNER})


class Booked(NamedTuple):
    """What one transaction came to; ``points`` with their sign, ``currency`` None where no money is meant."""

    kind: TransactionKind
    points: int
    amount_minor: int = 0
    discount_minor: int = 0
    currency: str | None = None


class Wanted(NamedTuple):
    """A transaction that a person books for a guest, with the second person who has agreed, if one has."""

    person: Person
    guest: Standing
    place: PlaceOf
    operation: UUID
    new: NewTransaction
    approved_by: int | None = None

    @property
    def by(self) -> By:
        """Who books it, and what they said of it."""
        new, person = self.new, self.person
        note = f"{new.reason}: {new.note}" if new.reason and new.note else new.reason or new.note
        staff = None if person.key is not None else person.staff
        # Points by hand alone are what a second person agrees to.
        by_hand = TransactionKind(new.type) is TransactionKind.MANUAL
        return By(staff=staff, approved_by=self.approved_by if by_hand else None, note=note)


async def book(connection: asyncpg.Connection, secrets: Secrets, wanted: Wanted) -> Booked:
    """Book what is asked for in the guest's books, and tell the tills."""
    # What has expired can be neither spent nor taken back.
    await expire_of(connection, wanted.person.network, wanted.guest.id)
    return await _BOOKERS[TransactionKind(wanted.new.type)](connection, secrets, wanted)


async def _sell(connection: asyncpg.Connection, secrets: Secrets, wanted: Wanted) -> Booked:
    new, guest, place, network_id = wanted.new, wanted.guest, wanted.place, wanted.person.network
    if new.amount is None or new.points is not None or new.reward_id is not None:
        raise _unfit("A sale has an amount, and its points are counted here.", "Send amount alone.")
    amount = to_minor(new.amount, place.currency)
    network = await connection.fetchrow("SELECT model, tiers FROM networks WHERE id = $1", network_id)
    benefit = card_benefit(
        Guest(id=guest.id, tier=guest.tier, points=guest.points, blocked=guest.blocked),
        msgspec.convert(network["tiers"], list[Tier]),
        Basket(currency=place.currency, lines=(Line(amount_minor=amount),)),
        network["model"],
    )
    books = await open_guest_books(connection, network_id, guest.id, wanted.operation, wanted.by)
    points = books.earn(benefit.points) if benefit.points else 0
    await books.write(connection, secrets, purchases=1)
    return Booked(TransactionKind.SALE, points, amount, benefit.discount_minor, place.currency)


async def _redeem(connection: asyncpg.Connection, secrets: Secrets, wanted: Wanted) -> Booked:
    new, guest, network_id = wanted.new, wanted.guest, wanted.person.network
    if (new.points is None) == (new.reward_id is None) or new.amount is not None:
        raise _unfit("A redemption names a reward, or a number of points.", "Send reward_id or points.")
    books = await open_guest_books(connection, network_id, guest.id, wanted.operation, wanted.by)
    if guest.blocked:
        raise _refused(Reason.GUEST_BLOCKED)
    points = _fit_points(new.points) if new.points is not None else 0
    if new.reward_id is not None:
        points = await _price(connection, network_id, guest, books, wanted.place, new.reward_id)
    books.take(points)
    await books.write(connection, secrets)
    return Booked(TransactionKind.REDEMPTION, -points)


async def _price(
    connection: asyncpg.Connection,
    network_id: int,
    guest: Standing,
    books: GuestBooks,
    place: PlaceOf,
    reward_id: int,
) -> int:
    """Return what a reward takes; refused as a till would refuse it."""
    reward = await read_reward(connection, network_id, reward_id)
    if reward is None:
        raise Refusal(
            ProblemType.NOT_FOUND, f"There is no reward {reward_id}.", "Look at the list of rewards."
        )
    verdict = judge_reward(
        reward,
        Guest(id=guest.id, tier=guest.tier, points=books.balance, blocked=guest.blocked),
        Moment(at_ms=clock_of(connection).now_ms(), zone=place.zone),
    )
    if not verdict.accepted:
        raise _refused(verdict.reason, verdict.params)
    return reward.points


async def _by_hand(connection: asyncpg.Connection, secrets: Secrets, wanted: Wanted) -> Booked:
    new, person, operation = wanted.new, wanted.person, wanted.operation
    if new.points is None or new.amount is not None or new.reward_id is not None or not new.reason.strip():
        raise _unfit("Points by hand need their number and a reason.", "Send points and reason.")
    points = _fit_points(abs(new.points))
    if person.key is not None:
        raise Refusal(ProblemType.FORBIDDEN, "A program gives no points by hand.", "Let a person do it.")
    allowance = await _allowance(connection, person, wanted.place) if new.points > 0 else ()
    books = await open_guest_books(
        connection, person.network, wanted.guest.id, operation, wanted.by, *allowance
    )
    await _check_people(connection, person, books, points, wanted.approved_by)
    if new.points < 0:
        books.take(points, Kind.ADJUST)
        await books.write(connection, secrets)
        return Booked(TransactionKind.MANUAL, -points)
    if allowance and not books.use_allowance(allowance[0], points):
        raise Refusal(
            ProblemType.CONFLICT,
            "This restaurant's allowance for points by hand is used up, or its tills hold the rest.",
            "Ask the office to raise it.",
        )
    change = books.credit(points)
    await books.write(connection, secrets)
    return Booked(TransactionKind.MANUAL, change)


_BOOKERS = {
    TransactionKind.SALE: _sell,
    TransactionKind.REDEMPTION: _redeem,
    TransactionKind.MANUAL: _by_hand,
}


async def _allowance(connection: asyncpg.Connection, person: Person, place: PlaceOf) -> tuple[LimitKey, ...]:
    """Return the limit of which a manager of a restaurant credits; the office itself has none."""
    if person.role in _ALLOWED_WITHOUT_ALLOWANCE:
        return ()
    if place.restaurant is None:
        raise _unfit("Points by hand come out of a restaurant's allowance.", "Name the restaurant_id.")
    await open_credit(connection, person.network, place.restaurant)
    return (LimitKey(LimitKind.CREDIT, place.restaurant),)


async def _check_people(
    connection: asyncpg.Connection, person: Person, books: GuestBooks, points: int, approved_by: int | None
) -> None:
    """Hold a credit or debit to the limits of both people's roles, as a till does."""
    second = None
    if approved_by is not None:
        second = await connection.fetchval(
            "SELECT role FROM staff WHERE network_id = $1 AND id = $2 AND active", person.network, approved_by
        )
    if points > books.rules.most_by_hand(person.role.value):
        raise _not_allowed("Your role may not book so many points by hand.", "Ask somebody who may.")
    if points > books.rules.second_person_above and approved_by is None:
        raise _not_allowed(
            "So many points need a second person.", "Send the approval of a colleague who may book them."
        )
    if approved_by == person.staff:
        raise _not_allowed("The second person must be somebody else.", "Ask a colleague.")
    if approved_by is not None and (second is None or points > books.rules.most_by_hand(second)):
        raise _not_allowed("The second person may not book so many points either.", "Ask somebody who may.")


def _fit_points(points: int) -> int:
    if not 0 < points <= MAX_POINTS:
        raise _unfit("This is no number of points.", "Write a whole number above 0.")
    return points


def _refused(reason: str, params: tuple[tuple[str, str], ...] = ()) -> Refusal:
    said = explain(reason, params)
    return Refusal(ProblemType.CODE_REFUSED, said.sentence, said.advice)


def _unfit(sentence: str, advice: str) -> UserError:
    return UserError("transaction_unfit", sentence, advice)


def _not_allowed(sentence: str, advice: str) -> Refusal:
    return Refusal(ProblemType.FORBIDDEN, sentence, advice)

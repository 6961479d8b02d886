"""Central's database is put back to an earlier state: nothing is lost, and no unit is given out twice unsaid."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from sync.central.postgres.server import RunningServer
from sync.central.services.epochs import NUMBERS_SKIPPED, begin_epoch, begin_everywhere, book_missing
from sync.central.services.tills import revoke_till
from sync.protocol.contact import ContactReply
from sync.protocol.enrolment import ReadmitRequest
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import LeaseReply, SignedGrant
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import unpack
from tests.builders.office import Office, TillPen, attempt, granted, problem_of
from tests.builders.put_back import PutBack, put_back_world


@pytest.fixture
def world(postgres_server: RunningServer) -> Iterator[PutBack]:
    with put_back_world(postgres_server) as made:
        yield made
        made.do(lambda office: office.check_equation())


def signed(reply: LeaseReply) -> SignedGrant:
    assert reply.grant is not None, reply.reason
    return reply.grant


async def shows(till: TillPen, ack: Ack, epoch: str, **more: object) -> ContactReply:
    """Make contact as a till that was acknowledged so far."""
    return await till.contact(epoch=epoch, acked=ack.applied, acked_hash=till.previous, **more)


class Till:
    """One till with a code of ten uses, and what it was told before the disaster."""

    def __init__(self, world: PutBack) -> None:
        self.world = world

        async def make(office: Office) -> tuple[TillPen, int]:
            till = await office.till()
            till.enrolled()
            await till.upload()
            # Online only: nothing is leased ahead, so that every unit here is one that a test asked for.
            return till, await office.limited_code(10)

        self.pen, self.code = world.do(make)
        self.grants: list[SignedGrant] = []

    def takes(self, units: int) -> UUID:
        async def take(_: Office) -> SignedGrant:
            return signed(await self.pen.ask(self.code, units=units))

        self.grants.append(self.world.do(take))
        return granted(LeaseReply(grant=self.grants[-1])).lease

    def uploads(self) -> Ack:
        return self.world.do(lambda _: self.pen.upload())


def test_a_till_that_knows_more_begins_an_epoch_and_its_lost_grants_are_booked_again(world: PutBack) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        lease = till.takes(4)
        till.pen.redeem(till.code, lease=lease)
        ack = till.uploads()
        epoch = world.do(lambda _: till.pen.contact()).epoch
        backup.put_back()

        async def heal(office: Office) -> None:
            # Before anybody noticed, the books say that all ten are there.
            assert (await office.limit(till.code))["pool"] == 10
            reply = await shows(till.pen, ack, epoch)
            assert reply.epoch != epoch
            assert reply.relist
            assert reply.lives[0].applied == 1
            refused = await till.pen.ask(till.code)
            assert refused.grant is None
            reply = await till.pen.contact(epoch=reply.epoch, grants=tuple(till.grants), listed=True)
            assert not reply.relist
            assert (await office.limit(till.code))["outstanding"] == 4
            assert (await till.pen.upload(2)).applied == 2
            limit = await office.limit(till.code)
            assert (limit["pool"], limit["outstanding"], limit["spent"], limit["exposure"]) == (6, 3, 1, 0)
            assert (await till.pen.ask(till.code)).grant is not None

        world.do(heal)
        assert world.do(lambda office: office.cases()) == ["central_restored"]


@pytest.mark.parametrize("program", ["", "older"], ids=["an older program", "an older epoch"])
def test_who_says_nothing_of_this_epoch_goes_back_to_what_is_held(world: PutBack, program: str) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        for _ in range(2):
            till.pen.redeem(till.code)
        till.uploads()
        backup.put_back()

        async def sell_on(_: Office) -> None:
            batch = Batch(
                incarnation=till.pen.who.incarnation,
                from_seq=3,
                events=(till.pen.events[2],),
                epoch=program,
            )
            told = unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack)
            assert (told.relist, told.applied, told.want) == (False, 1, 2)

        world.do(sell_on)


def test_a_till_that_sells_before_its_contact_still_shows_that_central_was_put_back(world: PutBack) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        till.pen.redeem(till.code, lease=till.takes(4))
        ack = till.uploads()
        acknowledged = till.pen.previous
        epoch = world.do(lambda _: till.pen.contact()).epoch
        backup.put_back()
        till.pen.redeem(till.code)

        async def heal(office: Office) -> None:
            batch = Batch(
                incarnation=till.pen.who.incarnation, from_seq=3, events=(till.pen.events[2],), epoch=epoch
            )
            held = unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack)
            assert (held.relist, held.applied) == (True, 1)
            told = await till.pen.contact(epoch=epoch, acked=ack.applied, acked_hash=acknowledged)
            assert told.relist
            assert told.epoch != epoch
            # Nothing of the ten is given to anybody else before it is known that four are out.
            assert (await till.pen.ask(till.code)).grant is None
            told = await till.pen.contact(epoch=told.epoch, grants=tuple(till.grants), listed=True)
            assert not told.relist
            assert (await till.pen.upload(2)).applied == 3
            limit = await office.limit(till.code)
            assert (limit["outstanding"], limit["exposure"]) == (3, 1)

        world.do(heal)


async def begin_anew(office: Office, till: Till) -> Batch:
    """Begin the restored office's new epoch; return what the till hands in again, by the older one."""
    async with office.database.network_transaction(office.network) as connection:
        await begin_epoch(connection, office.network, why="restored", actor="test")
    return Batch(
        incarnation=till.pen.who.incarnation, from_seq=2, events=(till.pen.events[1],), epoch="older"
    )


def test_events_wait_until_the_till_has_listed_what_they_spend(world: PutBack) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        till.pen.redeem(till.code, lease=till.takes(1))
        till.uploads()
        backup.put_back()

        async def heal(office: Office) -> None:
            batch = await begin_anew(office, till)
            held = unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack)
            assert (held.relist, held.applied, held.want) == (True, 1, 2)
            assert await office.value("SELECT count(*) FROM events") == 1
            reply = await till.pen.contact(epoch=held.epoch, grants=tuple(till.grants), listed=True)
            assert not reply.relist
            taken = unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack)
            assert (taken.relist, taken.applied, taken.cases) == (False, 2, 0)
            assert (await office.limit(till.code))["exposure"] == 0

        world.do(heal)


def test_a_till_that_was_revoked_before_it_could_list_still_hands_in_what_it_recorded(world: PutBack) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        till.pen.redeem(till.code, lease=till.takes(1))
        till.uploads()
        backup.put_back()

        async def heal(office: Office) -> None:
            async with office.database.network_transaction(office.network) as connection:
                await begin_epoch(connection, office.network, why="restored", actor="test")
                await revoke_till(connection, office.network, till.pen.who.till, actor="test")
            batch = Batch(
                incarnation=till.pen.who.incarnation, from_seq=2, events=(till.pen.events[1],), epoch="older"
            )
            taken = unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack)
            assert (taken.relist, taken.applied) == (False, 2)

        world.do(heal)


@pytest.mark.parametrize("comes", [True, False], ids=["the present machine lists", "a person decides"])
def test_what_a_replaced_machine_hands_in_waits_for_the_present_one_and_the_office_is_told(
    world: PutBack, *, comes: bool
) -> None:
    till = Till(world)
    new = world.do(lambda office: office.till())
    with world.backed_up() as backup:
        till.pen.redeem(till.code)
        till.uploads()
        backup.put_back()

        async def heal(office: Office) -> None:
            batch = await begin_anew(office, till)
            for _ in range(2):
                held = unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack)
                assert (held.relist, held.applied) == (True, 1)
            told = "SELECT closed_at IS NULL AS open, outcome, detail FROM cases WHERE till_id = $1"
            (case,) = await office.fetch(told, new.who.till)
            assert case["open"]
            assert "book-missing" in case["detail"]["problem"]
            if comes:
                assert not (await new.contact(epoch=held.epoch, listed=True)).relist
            else:
                async with office.database.network_transaction(office.network) as connection:
                    await book_missing(
                        connection, office.network, till_id=new.who.till, why="it burnt", actor="test"
                    )
            assert not unpack((await till.pen.post("/sync/v1/journal", batch)).content, Ack).relist
            (case,) = [row for row in await office.fetch(told, new.who.till) if "problem" in row["detail"]]
            assert not case["open"]
            assert case["outcome"]

        world.do(heal)


def test_nothing_is_issued_before_the_last_till_has_listed_or_was_decided_on(world: PutBack) -> None:
    first, second = Till(world), world.do(lambda office: office.till("Till 2"))
    with world.backed_up() as backup:
        first.takes(2)
        backup.put_back()

        async def heal(office: Office) -> None:
            assert await begin_everywhere(office.database, why="restored", actor="test") == 2
            epoch = (await first.pen.contact()).epoch
            await first.pen.contact(epoch=epoch, grants=tuple(first.grants), listed=True)
            assert (await first.pen.ask(first.code)).grant is None
            async with office.database.network_transaction(office.network) as connection:
                given_up = await book_missing(
                    connection, office.network, till_id=None, why="it was stolen", actor="test"
                )
            assert given_up == [second.who.till]
            assert (await first.pen.ask(first.code)).grant is not None

        world.do(heal)


def test_a_till_that_comes_after_it_was_given_up_is_booked_as_exposure(world: PutBack) -> None:
    first, second = Till(world), world.do(lambda office: office.till("Till 2"))
    with world.backed_up() as backup:
        first.takes(8)
        backup.put_back()

        async def heal(office: Office) -> None:
            async with office.database.network_transaction(office.network) as connection:
                await begin_epoch(connection, office.network, why="restored", actor="test")
                await book_missing(connection, office.network, till_id=None, why="gone", actor="test")
            # Two units came with the enrolment, before the backup.
            await second.lease(first.code, units=7)
            await first.pen.contact(grants=tuple(first.grants), listed=True)
            limit = await office.limit(first.code)
            assert (limit["pool"], limit["outstanding"], limit["exposure"]) == (0, 17, 7)
            assert await office.cases() == ["central_restored", "granted_twice"]
            # Listing twice books nothing twice.
            await first.pen.contact(grants=tuple(first.grants), listed=True)
            assert await office.limit(first.code) == limit

        world.do(heal)


def test_grants_that_central_did_not_sign_are_not_booked(world: PutBack) -> None:
    till = Till(world)

    async def lie(office: Office) -> None:
        real = signed(await till.pen.ask(till.code, units=2))
        forged = SignedGrant(real.body.replace(b'"units":2', b'"units":9'), real.signature)
        other = SignedGrant(real.body, SigningKey(bytes(32)).sign(Purpose.LEASE, real.body))
        before = await office.limit(till.code)
        await till.pen.contact(grants=(forged, other, SignedGrant(b"{}", b"")))
        assert await office.limit(till.code) == before
        assert await office.cases() == ["lease_unknown"]

    world.do(lie)


def test_a_till_without_news_begins_no_epoch(world: PutBack) -> None:
    till = Till(world)
    ack = till.uploads()

    async def contacts(_: Office) -> tuple[ContactReply, ContactReply]:
        first = await till.pen.contact()
        return first, await shows(till.pen, ack, first.epoch)

    first, second = world.do(contacts)
    assert first.epoch == second.epoch != ""
    assert not second.relist


def test_the_feed_begins_anew_and_lost_numbers_are_never_given_again(world: PutBack) -> None:
    till = Till(world)

    async def restored(office: Office) -> None:
        epoch = str(await office.value("SELECT feed_epoch FROM networks"))
        await begin_everywhere(office.database, why="restored", actor="test")
        refused = await till.pen.get(f"/sync/v1/feed?epoch={epoch}&after=0&wait_ms=0")
        assert problem_of(refused) == "cursor-gone"
        assert await office.limited_code(1) > till.code + NUMBERS_SKIPPED

    world.do(restored)


def test_a_till_enrolled_after_the_backup_comes_back_by_its_certificate(world: PutBack) -> None:
    with world.backed_up() as backup:
        till = Till(world)
        till.pen.redeem(till.code, lease=till.takes(1))
        ack = till.uploads()
        backup.put_back()

        async def heal(office: Office) -> None:
            assert problem_of(await till.pen.ask_token()) == "unauthenticated"
            certificate = till.pen.who.certificate
            assert certificate is not None
            nonce = b"n" * 16
            proof = till.pen.key.sign(Purpose.READMISSION, nonce + certificate.body)
            stranger = SigningKey(b"s" * 32).sign(Purpose.READMISSION, nonce + certificate.body)
            wrong = ReadmitRequest(certificate=certificate, nonce=nonce, proof=stranger)
            assert problem_of(await office.post("/sync/v1/readmit", wrong)) == "unauthenticated"
            right = ReadmitRequest(certificate=certificate, nonce=nonce, proof=proof)
            for _ in range(2):
                (await office.post("/sync/v1/readmit", right)).raise_for_status()
            till.pen.token = None
            reply = await shows(till.pen, ack, "")
            assert reply.relist
            await till.pen.contact(epoch=reply.epoch, grants=tuple(till.grants), listed=True)
            assert (await till.pen.upload()).applied == len(till.pen.events)
            # The code itself was lost with the backup: its use is kept, and waits for a person.
            assert "quarantined" in await office.cases()
            assert "readmitted" in await office.cases()
            assert (await office.limit(till.code))["exposure"] == 1

        world.do(heal)


def test_what_was_written_down_before_the_certificate_existed_is_no_way_in(world: PutBack) -> None:
    async def attack(office: Office) -> None:
        till = await office.till()
        till.write(attempt())
        certificate = till.who.certificate
        assert certificate is not None
        changed = type(certificate)(certificate.body.replace(b'"till":', b'"till":1'), certificate.signature)
        proof = till.key.sign(Purpose.READMISSION, b"n" + changed.body)
        answer = await office.post(
            "/sync/v1/readmit", ReadmitRequest(certificate=changed, nonce=b"n", proof=proof)
        )
        assert problem_of(answer) == "unauthenticated"

    world.do(attack)

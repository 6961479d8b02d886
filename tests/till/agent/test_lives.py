"""The till's lives: listing leases after a restore, an older copy of the files, damage, and a new life."""

from pathlib import Path
from typing import Any

import pytest

from sync.protocol.contact import MAX_LISTED_GRANTS, Life
from sync.protocol.payloads import ChainBreak, TillEnrolled
from sync.protocol.problems import ProblemType
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import unpack
from sync.rules.user_error import UserError
from sync.till.agent.backoff import CAP_MS
from sync.till.agent.contact import CONTACT_MS
from sync.till.agent.upload import GROW_AFTER, IDLE_MS
from sync.till.home import TillHome
from sync.till.sqlcipher import JOURNAL, connect
from sync.till.till import Till
from tests.builders.agent_world import World, opened
from tests.builders.hand_clock import CountedRandomness
from tests.builders.small_central import NOW_MS
from tests.builders.talking_server import Heard, Reply, message, problem

COPY = pytest.mark.expects_log("the office holds event|the journal stops")
DAMAGE = pytest.mark.expects_log("the journal is damaged|the journal stops")


def journals(world: World) -> list[Batch]:
    return [unpack(heard.body, Batch) for heard in world.server.heard if heard.path.endswith("/journal")]


def test_contact_proves_what_central_once_acknowledged(world: World) -> None:
    world.commit(3)
    world.settle_down()
    world.pass_time(CONTACT_MS)
    said = world.central.contacts[-1]
    assert (said.acked, said.acked_hash) == (4, world.central.links()[-1].hash)


def test_leases_are_listed_again_in_pieces_until_central_has_heard_all(world: World) -> None:
    world.settle_down()
    for code in range(MAX_LISTED_GRANTS + 3):
        world.central.grant(code + 1, 1)
    world.pass_time(CONTACT_MS)
    world.central.contacts.clear()
    world.central.reply = {"epoch": "second", "relist": True}

    def last(heard: Heard) -> Reply | None:
        if world.central.contacts and world.central.contacts[-1].listed:
            world.central.reply = {"epoch": "second"}
        del heard
        return None

    world.central.before = last
    world.pass_time(CONTACT_MS)
    listing = [each for each in world.central.contacts if each.grants]
    assert [len(each.grants) for each in listing] == [MAX_LISTED_GRANTS, 3]
    assert [each.listed for each in listing] == [False, True]
    assert all(each.epoch == "second" for each in listing)
    assert world.till.journal.epoch() == "second"


def test_events_wait_while_central_wants_to_hear_of_leases_first(world: World) -> None:
    world.settle_down()
    held = Ack(applied=1, want=2, epoch="second", relist=True, server_ms=NOW_MS)
    world.central.before = lambda heard: message(held) if heard.path.endswith("/journal") else None
    world.commit(2)
    contacts = len(world.central.contacts)
    world.settle_down()
    assert len(world.central.contacts) > contacts
    assert world.till.journal.status().unsettled == 2
    world.central.before = lambda _: None
    world.pass_time(IDLE_MS)
    assert world.till.journal.status().unsettled == 0


def test_central_that_was_put_back_gets_every_life_from_where_it_now_stands(world: World) -> None:
    world.commit(4)
    world.settle_down()
    del world.central.events[2:]
    world.central.reply = {"epoch": "second", "applied": 2, "lives": (Life(1, 2, 1),)}
    world.pass_time(CONTACT_MS)
    assert len(world.central.events) == 5
    assert world.till.journal.epoch() == "second"


@COPY
def test_an_older_copy_of_the_files_is_found_at_first_contact_and_waits_for_consent(world: World) -> None:
    world.commit(2)
    world.settle_down()
    world.central.reply = {"applied": 9}
    refused = problem(ProblemType.RENEWAL_NOT_ALLOWED, 403)
    world.central.before = lambda heard: refused if heard.path.endswith("/renew") else None
    world.pass_time(CONTACT_MS)
    assert world.till.journal.ended() == "journal_rolled_back"
    with pytest.raises(UserError, match="older copy"):
        world.commit()
    assert world.agent.state().problem is not None
    # The office agrees.
    world.central.before, world.central.reply = lambda _: None, {}
    world.pass_time(CONTACT_MS)
    assert world.till.journal.ended() is None
    assert [request.why for request in world.central.renewals] == ["rolled_back"]
    world.commit()
    world.settle_down()
    assert world.central.kinds()[0] == TillEnrolled.KIND
    assert world.till.journal.status().incarnation == 2


@COPY
def test_a_copy_beside_the_real_till_stops_when_its_line_became_a_branch(world: World) -> None:
    world.commit()
    world.settle_down()

    def forked(heard: Heard) -> Reply | None:
        if not heard.path.endswith("/journal"):
            return None
        end = unpack(heard.body, Batch).from_seq + len(unpack(heard.body, Batch).events)
        return message(Ack(applied=end - 1, want=end, branch=1, server_ms=NOW_MS))

    world.central.before = forked
    world.commit()
    world.agent.upload.step()
    assert world.till.journal.ended() == "journal_copied"
    assert world.till.journal.status().unsettled == 0


def tamper(home: TillHome, *statements: str) -> None:
    """Change the file as a failing machine would, past everything that protects it."""
    till = Till.open(home, randomness=CountedRandomness("tamper"))
    key = till.secrets.file_key
    till.close()
    connection = connect(home.journal_file, key, JOURNAL)
    connection.execute("BEGIN")
    connection.execute("DROP TRIGGER events_refuse_update")
    for statement in statements:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.close()


@pytest.fixture
def damaged(world: World) -> Any:
    """Close the till, hurt one event of those that central does not have, and open it again."""

    def hurt(seq: int) -> Any:
        world.commit(4)
        folder = world.till.home
        world.agent.close()
        world.till.close()
        tamper(
            folder, f"UPDATE events SET body = CAST(x'00' || body AS BLOB) WHERE position = (1 << 40) + {seq}"
        )
        return opened(folder, world.central, world.server, world.clock, seed="again")

    return hurt


@DAMAGE
def test_a_damaged_event_goes_up_as_damaged_and_the_rest_behind_it(damaged: Any) -> None:
    with damaged(3) as world:
        assert world.till.journal.ended() is None
        broken = problem(ProblemType.BATCH_BROKEN, 422)

        def judge(heard: Heard) -> Reply | None:
            if not heard.path.endswith("/journal"):
                return None
            batch = unpack(heard.body, Batch)
            if 3 not in batch.damaged:
                return broken
            end = batch.from_seq + len(batch.events)
            return message(Ack(applied=end - 1, want=end, server_ms=NOW_MS))

        world.central.before = judge
        world.agent.upload.step()
        assert world.till.journal.status().unsettled == 4
        world.agent.upload.step()
        assert [batch.damaged for batch in journals(world)][-2:] == [(), (3,)]
        assert world.till.journal.status().unsettled == 0


@DAMAGE
def test_a_damaged_head_ends_the_life_and_the_next_contact_begins_another(damaged: Any) -> None:
    with damaged(5) as world:
        assert world.till.journal.ended() == "chain_damaged"
        with pytest.raises(UserError, match="damaged"):
            world.till.journal.check_room()
        world.agent.contacts.step()
        assert world.till.journal.ended() is None
        assert [(each.why, each.incarnation) for each in world.central.renewals] == [("damaged", 1)]
        world.settle_down()
        assert world.central.kinds()[:2] == [TillEnrolled.KIND, ChainBreak.KIND]
        assert world.till.journal.status().unsettled == 0


def test_a_batch_that_is_truly_broken_is_sent_no_second_time_at_once(world: World) -> None:
    world.settle_down()
    world.central.before = lambda heard: (
        problem(ProblemType.BATCH_BROKEN, 422) if heard.path.endswith("/journal") else None
    )
    sent = len(journals(world))
    world.commit(2)
    world.settle_down()
    assert len(journals(world)) == sent + 1
    assert world.agent.state().problem is not None


def test_a_halved_batch_grows_back_after_some_were_taken(world: World) -> None:
    world.settle_down()
    narrow = iter([problem(ProblemType.TOO_LARGE, 413)] * 9)
    world.central.before = lambda heard: next(narrow, None) if heard.path.endswith("/journal") else None
    world.commit(GROW_AFTER + 5)
    world.settle_down()
    world.central.before = lambda _: None
    world.pass_time(CAP_MS)
    sizes = [len(batch.events) for batch in journals(world)][-GROW_AFTER:]
    assert world.till.journal.status().unsettled == 0
    assert sizes[0] == 1
    assert max(sizes) > 1


def test_a_till_of_an_older_program_says_nothing_of_epochs_and_is_served(
    world: World, tmp_path: Path
) -> None:
    del tmp_path
    world.central.reply = {"epoch": "", "lives": ()}
    world.commit(2)
    world.settle_down()
    world.pass_time(CONTACT_MS)
    assert world.till.journal.epoch() == ""
    assert world.till.journal.status().unsettled == 0

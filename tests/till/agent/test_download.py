"""Down: the feed into the replica, and snapshots that come whole or not at all."""

import msgspec

from sync.protocol.feed import Manifest, SignedManifest
from sync.protocol.keys import Purpose
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from sync.protocol.wire import canonical, read_canonical, unpack
from sync.till.agent.backoff import CAP_MS
from sync.till.agent.download import PAUSE_MS
from sync.till.cache.found import FoundCode, NotFound
from tests.builders.agent_world import World
from tests.builders.small_central import names
from tests.builders.talking_server import Heard, Reply, message, problem


def knows(world: World, text: str) -> bool:
    return isinstance(world.till.cache.find(text), FoundCode)


def begin_anew(world: World) -> None:
    """Let central lose its feed's history, so that the till needs a snapshot."""
    world.central.epoch = "second"
    world.central.snapshot += 1


def test_change_reaches_the_replica_with_the_next_page(world: World) -> None:
    world.settle_down()
    assert not knows(world, "LUNCH-2")
    world.central.publish(2, "LUNCH-2")
    world.pass_time(PAUSE_MS)
    assert knows(world, "LUNCH-2")
    assert world.till.cache.status().number == 3
    assert world.agent.state().as_of_ms == world.till.cache.status().as_of_ms


def test_empty_pages_are_not_asked_for_in_a_tight_circle(world: World) -> None:
    world.settle_down()
    assert names(world.server.heard).count("feed") == 1
    assert world.agent.rounds["download"].wait_ms() == PAUSE_MS


def test_gone_cursor_brings_a_snapshot_and_the_old_replica_serves_meanwhile(world: World) -> None:
    world.settle_down()
    for number in range(2, 8):
        world.central.publish(number, f"LUNCH-{number}")
    begin_anew(world)
    world.clock.go_on(PAUSE_MS)
    seen = []
    while not knows(world, "LUNCH-7"):
        seen.append((knows(world, "LUNCH-1"), world.agent.state().to_load))
        world.agent.step()
    assert all(known for known, _ in seen)
    assert max(to_load for _, to_load in seen) == 4
    world.settle_down()
    assert world.agent.state().to_load == 0
    assert world.till.cache.status().epoch == "second"


def test_broken_line_in_a_snapshot_goes_on_where_it_stopped(world: World) -> None:
    world.settle_down()
    for number in range(2, 8):
        world.central.publish(number, f"LUNCH-{number}")
    begin_anew(world)
    cut = iter([Reply(raw=b""), Reply(raw=b"")])
    world.central.before = lambda heard: next(cut, None) if heard.path.endswith("/2/2") else None
    world.pass_time(PAUSE_MS)
    assert not knows(world, "LUNCH-7")
    assert world.agent.state().loaded == 2
    world.server.heard.clear()
    world.pass_time(CAP_MS)
    assert knows(world, "LUNCH-7")
    assert [name for name in names(world.server.heard) if name.startswith("snapshot")] == [
        "snapshot/2/2",
        "snapshot/2/3",
    ]


def test_chunk_that_arrives_changed_is_thrown_away_with_a_sentence(world: World) -> None:
    world.settle_down()
    world.central.publish(2, "LUNCH-2")
    begin_anew(world)
    whole = world.central.chunks()[0][0]
    changed = whole[:-1] + bytes([whole[-1] ^ 1])
    rotten = iter([Reply(body=changed, media_type="application/octet-stream")])
    world.central.before = lambda heard: next(rotten, None) if heard.path.endswith("/2/0") else None
    world.pass_time(PAUSE_MS)
    told = world.agent.state().problem
    assert told is not None
    assert "arrived changed" in told
    assert knows(world, "LUNCH-1")
    world.pass_time(CAP_MS)
    assert knows(world, "LUNCH-2")
    assert world.agent.state().problem is None


def test_half_built_replica_that_the_disk_will_not_let_go_is_forgotten_all_the_same(world: World) -> None:
    """Its file is closed by then: a till that went on with it would get no data until it is started again."""
    world.settle_down()
    world.central.publish(2, "LUNCH-2")
    begin_anew(world)
    whole = world.central.chunks()[1][0]
    rotten = iter([Reply(body=whole[:-1] + bytes([whole[-1] ^ 1]), media_type="application/octet-stream")])
    in_the_way = world.till.home.cache_file.with_name("cache.db.new-wal")

    def spoil(heard: Heard) -> Reply | None:
        answer = next(rotten, None) if heard.path.endswith("/2/1") else None
        if answer is not None:
            # What stands where a file of the replica is to be removed makes the removal fail, as a bad disk does.
            in_the_way.unlink(missing_ok=True)
            in_the_way.mkdir()
        return answer

    world.central.before = spoil
    world.pass_time(PAUSE_MS)
    told = world.agent.state().problem
    assert told is not None
    assert "cannot be stored" in told
    in_the_way.rmdir()
    world.pass_time(CAP_MS)
    assert knows(world, "LUNCH-2")
    assert world.agent.state().problem is None


def test_manifest_that_central_did_not_sign_is_not_taken(world: World) -> None:
    world.settle_down()
    begin_anew(world)

    def forged(heard: Heard) -> Reply | None:
        if not heard.path.endswith("/snapshot"):
            return None
        signed = unpack(world.central._manifest(heard).body, SignedManifest)
        return message(SignedManifest(signed.body, bytes(64)))

    world.central.before = forged
    world.pass_time(PAUSE_MS)
    told = world.agent.state().problem
    assert told is not None
    assert "signature" in told
    assert world.till.cache.status().epoch == "first"


def test_snapshot_that_is_gone_is_replaced_by_the_newest(world: World) -> None:
    world.settle_down()
    world.central.publish(2, "LUNCH-2")
    begin_anew(world)
    gone = iter([problem(ProblemType.SNAPSHOT_GONE, 410)])
    world.central.before = lambda heard: next(gone, None) if heard.path.endswith("/2/0") else None
    world.pass_time(PAUSE_MS)
    assert knows(world, "LUNCH-2")


def test_damaged_replica_is_fetched_again_while_the_till_runs(world: World) -> None:
    world.settle_down()
    file = world.till.home.cache_file
    world.till.cache.close()
    file.write_bytes(b"not a database" * 500)
    world.till.cache._connection = world.till.cache._open()
    assert world.till.cache.find("LUNCH-1") == NotFound(
        digest=world.till.cache.find("LUNCH-1").digest, loaded=False
    )
    world.pass_time(PAUSE_MS)
    assert knows(world, "LUNCH-1")


def test_snapshot_that_central_is_still_making_is_waited_for_with_its_progress(world: World) -> None:
    world.settle_down()
    world.central.publish(2, "LUNCH-2")
    begin_anew(world)
    answers = iter(
        Problem(
            type=ProblemType.SNAPSHOT_IN_MAKING, title="In the making.", status=503, retry_after_s=3,
            done=done, whole=100,
        )
        for done in (10, 60)
    )  # fmt: skip

    def making(heard: Heard) -> Reply | None:
        told = next(answers, None) if heard.path.endswith("/snapshot") else None
        return (
            None
            if told is None
            else Reply(status=503, media_type=PROBLEM_MEDIA_TYPE, body=msgspec.json.encode(told))
        )

    world.central.before = making
    world.pass_time(PAUSE_MS)
    seen = []
    for _ in range(3):
        state = world.agent.state()
        seen.append((state.online, state.problem, state.loaded, state.to_load))
        world.pass_time(3_000)
    assert seen[:2] == [(True, None, 10, 200), (True, None, 60, 200)]
    assert knows(world, "LUNCH-2")


def test_snapshot_of_a_newer_form_says_that_an_update_is_needed(world: World) -> None:
    world.settle_down()
    begin_anew(world)

    def newer(heard: Heard) -> Reply | None:
        if not heard.path.endswith("/snapshot"):
            return None
        signed = unpack(world.central._manifest(heard).body, SignedManifest)
        manifest = read_canonical(signed.body, Manifest)
        chunks = tuple(msgspec.structs.replace(info, kind="holograms") for info in manifest.chunks)
        body = canonical(msgspec.structs.replace(manifest, chunks=chunks))
        return message(SignedManifest(body, world.central.key.sign(Purpose.SNAPSHOT, body)))

    world.central.before = newer
    world.pass_time(PAUSE_MS)
    assert world.agent.state().update_needed
    assert knows(world, "LUNCH-1")

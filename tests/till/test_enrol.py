"""How a home becomes a till, and how it stays enrollable whatever goes wrong."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.protocol.enrolment import EnrolRequest, enrolment_qr
from sync.protocol.payloads import TillEnrolled
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from sync.protocol.wire import unpack
from sync.rules.user_error import UserError
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.enrol import Enrolled, Machine, enrol, read_invitation
from sync.till.home import TillHome
from sync.till.till import Till
from tests.builders.agent_world import machine
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.builders.small_central import ENROLMENT_CODE, TILL, SmallCentral
from tests.builders.talking_server import Reply, TalkingServer, problem, talking_server


@pytest.fixture
def central() -> SmallCentral:
    made = SmallCentral()
    for number in range(1, 7):
        made.publish(number, f"LUNCH-{number}")
    return made


@pytest.fixture
def server(central: SmallCentral) -> Iterator[TalkingServer]:
    with talking_server(central) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> TillHome:
    return TillHome(tmp_path / "till")


def become(home: TillHome, server: TalkingServer, code: str = ENROLMENT_CODE) -> Enrolled:
    return enrol(home, code=code, central=server.url, app_version="1", machine=machine(HandClock()))


def test_enrolment_brings_the_snapshot_the_leases_and_the_first_event(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    central.grant(1, 16)
    enrolled = become(home, server)
    assert enrolled.till_id == TILL
    assert enrolled.identity.restaurant_name == "Old Town"
    assert (enrolled.codes, enrolled.leases) == (6, 1)
    assert central.kinds() == [TillEnrolled.KIND]


def test_qr_of_the_office_holds_everything(home: TillHome, server: TalkingServer) -> None:
    qr = enrolment_qr(server.url, ENROLMENT_CODE)
    enrolled = enrol(home, code=qr, app_version="1", machine=machine(HandClock()))
    assert enrolled.till_id == TILL


def test_wrong_code_is_told_and_the_right_one_still_works(home: TillHome, server: TalkingServer) -> None:
    with pytest.raises(UserError) as told:
        become(home, server, code="11-WRONG")
    assert told.value.reason == "enrolment_unknown"
    assert told.value.advice
    assert become(home, server).till_id == TILL


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ProblemType.ENROLMENT_USED, "enrolment_used"),
        (ProblemType.ENROLMENT_EXPIRED, "enrolment_expired"),
    ],
)
def test_used_and_expired_codes_have_their_own_sentences(
    home: TillHome, server: TalkingServer, central: SmallCentral, kind: ProblemType, reason: str
) -> None:
    central.before = lambda heard: problem(kind, 409) if heard.path.endswith("/enrol") else None
    with pytest.raises(UserError) as told:
        become(home, server)
    assert told.value.reason == reason
    central.before = lambda _: None
    assert become(home, server).till_id == TILL


def test_code_of_another_till_is_told(home: TillHome, server: TalkingServer, central: SmallCentral) -> None:
    central.till_key = bytes(32)
    with pytest.raises(UserError) as told:
        become(home, server)
    assert told.value.reason == "enrolment_used"


@pytest.mark.parametrize("code", ["", "   ", "x" * 101, "AB\0CD", "countersign:enrol?code=1"])
def test_what_is_no_code_is_told_before_anything_is_made(tmp_path: Path, code: str) -> None:
    home = TillHome(tmp_path / "till")
    with pytest.raises(UserError):
        enrol(home, code=code, central=None, app_version="1", machine=machine(HandClock()))
    assert not home.folder.exists()


def test_address_is_needed_and_must_be_one() -> None:
    with pytest.raises(UserError) as missing:
        read_invitation("11-AAAA", None)
    assert missing.value.reason == "central_address"
    with pytest.raises(UserError) as wrong:
        read_invitation("11-AAAA", "office")
    assert wrong.value.reason == "central_address"
    assert read_invitation(" 11-AAAA\n", "http://office:8000/") == ("http://office:8000", "11-AAAA")


def test_lost_answer_is_repeated_with_the_same_key(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    central.after = lambda heard: Reply(raw=b"") if heard.path.endswith("/enrol") else None
    with pytest.raises(UserError) as told:
        become(home, server)
    assert told.value.reason == "unreachable"
    central.after = lambda _: None
    assert become(home, server).till_id == TILL
    keys = {
        unpack(heard.body, EnrolRequest).public_key for heard in server.heard if heard.path.endswith("/enrol")
    }
    assert len(keys) == 1


def test_central_of_another_version_is_told(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    central.before = lambda _: problem(ProblemType.VERSION_UNKNOWN, 400)
    with pytest.raises(UserError) as told:
        become(home, server)
    assert told.value.reason == "version"
    central.before = lambda _: None
    assert become(home, server).till_id == TILL


def test_nobody_at_the_address_is_told(home: TillHome) -> None:
    with talking_server(SmallCentral()) as gone:
        url = gone.url
    with pytest.raises(UserError) as told:
        enrol(home, code=ENROLMENT_CODE, central=url, app_version="1", machine=machine(HandClock()))
    assert told.value.reason == "unreachable"


def test_broken_snapshot_is_continued_by_the_same_command(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    central.before = lambda heard: Reply(raw=b"") if heard.path.endswith("/1/2") else None
    with pytest.raises(UserError):
        become(home, server)
    central.before = lambda _: None
    server.heard.clear()
    assert become(home, server).codes == 6
    assert "/sync/v1/enrol" not in server.paths()
    assert "/sync/v1/snapshot/1/0" not in server.paths()
    assert central.kinds() == [TillEnrolled.KIND]


def test_broken_line_is_forgiven_a_few_times(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    broken = iter([Reply(status=503, media_type="text/html")] * 3)
    central.before = lambda heard: next(broken, None) if heard.path.endswith("/1/1") else None
    pauses: list[float] = []
    patient = Machine(clock=HandClock(), randomness=CountedRandomness(), pause=pauses.append)
    enrolled = enrol(home, code=ENROLMENT_CODE, central=server.url, app_version="1", machine=patient)
    assert enrolled.codes == 6
    assert len(pauses) == 3


def in_making() -> Reply:
    told = Problem(
        type=ProblemType.SNAPSHOT_IN_MAKING,
        title="In the making.",
        status=503,
        retry_after_s=4,
        done=1,
        whole=4,
    )
    return Reply(status=503, media_type=PROBLEM_MEDIA_TYPE, body=msgspec.json.encode(told))


def test_snapshot_in_the_making_is_waited_for_as_long_as_central_says(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    waiting = iter([in_making()] * 7)
    central.before = lambda heard: next(waiting, None) if heard.path.endswith("/snapshot") else None
    pauses: list[float] = []
    seen: list[tuple[int, int]] = []

    def watch(loaded: int, to_load: int) -> bool:
        seen.append((loaded, to_load))
        return True

    patient = Machine(clock=HandClock(), randomness=CountedRandomness(), pause=pauses.append)
    enrolled = enrol(
        home, code=ENROLMENT_CODE, central=server.url, app_version="1", progress=watch, machine=patient
    )
    assert enrolled.codes == 6
    assert pauses == [4.0] * 7
    assert seen[1:8] == [(1, 8)] * 7
    shares = [loaded / to_load for loaded, to_load in seen[1:]]
    assert shares == sorted(shares)


def test_office_that_never_finishes_its_snapshot_does_not_hold_the_enrolment_for_ever(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    central.before = lambda heard: in_making() if heard.path.endswith("/snapshot") else None
    patient = Machine(clock=HandClock(), randomness=CountedRandomness(), pause=lambda _: None)
    with pytest.raises(UserError) as stopped:
        enrol(home, code=ENROLMENT_CODE, central=server.url, app_version="1", machine=patient)
    assert stopped.value.reason == "snapshot_not_ready"
    central.before = lambda _: None
    assert become(home, server).codes == 6


def test_progress_is_told_and_loading_can_be_stopped_and_continued(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    seen: list[tuple[int, int]] = []

    def stop_after_two(loaded: int, to_load: int) -> bool:
        seen.append((loaded, to_load))
        return loaded < 2

    with pytest.raises(UserError) as told:
        enrol(
            home,
            code=ENROLMENT_CODE,
            central=server.url,
            app_version="1",
            progress=stop_after_two,
            machine=machine(HandClock()),
        )
    assert told.value.reason == "cancelled"
    assert seen[-1] == (2, 4)
    assert become(home, server).codes == 6


def test_enrolled_home_does_not_become_another_till(home: TillHome, server: TalkingServer) -> None:
    become(home, server)
    with pytest.raises(UserError) as told:
        become(home, server, code="11-OTHER")
    assert told.value.reason == "already_enrolled"
    assert "Bar" in told.value.sentence


def test_repeating_the_whole_enrolment_changes_nothing(
    home: TillHome, server: TalkingServer, central: SmallCentral
) -> None:
    first = become(home, server)
    assert become(home, server) == first
    assert central.kinds() == [TillEnrolled.KIND]


def test_open_till_is_not_enrolled_behind_its_back(home: TillHome, server: TalkingServer) -> None:
    till = Till.open(home, randomness=CountedRandomness())
    try:
        with pytest.raises(UserError) as told:
            become(home, server)
    finally:
        till.close()
    assert told.value.reason == "already_open"


def test_a_machine_that_is_not_described_has_the_systems_own_clock_and_randomness() -> None:
    machine = Machine()
    assert isinstance(machine.clock, SystemClock)
    assert isinstance(machine.randomness, SystemRandomness)

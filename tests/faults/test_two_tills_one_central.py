"""The promise, with nothing but real parts: two kiosk processes, central's own processes, its PostgreSQL.

Codes are used offline and online at two tills at once; a till is killed in the middle, then central is. In
the end every event that a kiosk acknowledged stands in PostgreSQL exactly once, and no code was used more
often than it may be.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.builders.central_process import CentralProcess, start_central
from tests.builders.real_network import RealNetwork
from tests.builders.till_process import KioskProcess, answers, kiosk, till

pytestmark = pytest.mark.timeout(900)

SINGLE = [f"SINGLE-{number}" for number in range(6)]
SHARED_USES, STRICT_USES = 24, 3
CODES = (
    "PROMO,OPEN,Open to all,,,Open,",
    f"VOUCHER,SHARED,Shared,{SHARED_USES},,Shared,leased",
    f"VOUCHER,STRICT,Strict,{STRICT_USES},,Strict,online_only",
    *(f"VOUCHER,{code},Single,1,,Single,leased" for code in SINGLE),
)
MAX_USES = {"SHARED": SHARED_USES, "STRICT": STRICT_USES, **dict.fromkeys(SINGLE, 1)}


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralProcess]:
    running = start_central(tmp_path_factory.mktemp("central"))
    yield running
    running.close()


class Scene:
    """A network with two tills, and everything that their kiosks have said."""

    def __init__(self, central: CentralProcess, folder: Path) -> None:
        self.central = central
        self.network = RealNetwork(central, folder)
        imported = self.network.import_codes(*CODES)
        assert imported["imported"] == len(CODES), imported
        self.homes: list[Path] = []
        self.tills: list[int] = []
        for name in ("Bar", "Terrace"):
            invitation = self.network.invite(name)
            home = folder / name
            done = till(home, "enrol", "--central", central.url, "--code", invitation["code"])
            assert done.returncode == 0, done.stderr.decode()
            self.homes.append(home)
            self.tills.append(answers(done)[0]["till_id"])
        self.said: list[list[dict[str, Any]]] = [[], []]

    def ask(self, running: KioskProcess, number: int, codes: Sequence[str]) -> list[dict[str, Any]]:
        """Ask a till's kiosk and remember what it acknowledged."""
        heard = [running.ask(code) for code in codes]
        self.said[number] += heard
        return heard

    def settle(self) -> None:
        for home in self.homes:
            done = till(home, "kiosk", "--sync-and-exit")
            assert done.returncode == 0, done.stderr.decode()

    def check_the_promise(self) -> None:
        """Every acknowledged event once in PostgreSQL; no limit exceeded; every unit accounted for."""
        journals = [self.network.events(till_id) for till_id in self.tills]
        for stored, heard in zip(journals, self.said, strict=True):
            assert [event["seq"] for event in stored] == list(range(1, len(stored) + 1))
            by_id = {event["event"]: event for event in stored}
            assert len(by_id) == len(stored)
            for said in heard:
                kept = by_id[said["event"]]
                assert kept["seq"] == said["seq"]
                assert kept["kind"] == ("redemption" if said["verdict"] == "accept" else "attempt")
        used = [event["code_id"] for stored in journals for event in stored if event["kind"] == "redemption"]
        for code, most in MAX_USES.items():
            status = self.network.status(code)
            assert status["exposure"] == 0
            assert self.acknowledged(code) <= used.count(status["code_id"]) == status["uses"] <= most
        assert self.network.broken_limits() == []
        for home in self.homes:
            assert printed(home, "verify")["ok"]
            assert printed(home, "status")["unsettled"] == 0

    def acknowledged(self, code: str) -> int:
        """Count the uses of a code that were said to stand."""
        return sum(
            said["verdict"] == "accept" and said["input"] == code for heard in self.said for said in heard
        )


def printed(home: Path, action: str) -> dict[str, Any]:
    """Return what ``journal`` says of a till."""
    done = till(home, "journal", action)
    assert done.returncode == 0, done.stderr.decode()
    return answers(done)[0]


@pytest.fixture
def scene(central: CentralProcess, tmp_path: Path) -> Scene:
    return Scene(central, tmp_path)


def test_two_tills_redeem_offline_and_online_and_nothing_is_lost_or_used_twice(scene: Scene) -> None:
    for number, home in enumerate(scene.homes):
        with kiosk(home, "--offline") as running:
            heard = scene.ask(running, number, ["OPEN", "SHARED", "SHARED", "STRICT", SINGLE[0], "NOSUCH"])
            assert running.end() == 0
        assert [one["verdict"] for one in heard[:3]] == ["accept"] * 3
        assert [one["by"] for one in heard[:3]] == ["cache", "lease", "lease"]
        assert [one["reason"] for one in heard[3:]] == ["online_only_offline", "needs_office", "unknown_code"]
    with kiosk(scene.homes[0]) as first, kiosk(scene.homes[1]) as second:
        kiosks = (first, second)
        for code in SINGLE:
            heard = [scene.ask(running, number, [code])[0] for number, running in enumerate(kiosks)]
            assert [one["verdict"] for one in heard] == ["accept", "refuse"]
            assert heard[0]["by"] == "online"
        for _ in range(STRICT_USES):
            for number, running in enumerate(kiosks):
                scene.ask(running, number, ["STRICT"])
        for number, running in enumerate(kiosks):
            scene.ask(running, number, ["SHARED"] * SHARED_USES)
        assert [running.end() for running in kiosks] == [0, 0]
    scene.settle()
    scene.check_the_promise()
    assert scene.acknowledged("STRICT") == STRICT_USES
    assert [scene.acknowledged(code) for code in SINGLE] == [1] * len(SINGLE)


def test_a_till_killed_in_the_middle_keeps_everything_that_it_said(scene: Scene) -> None:
    flood = ["SHARED", "OPEN", "OPEN"] * 200
    with kiosk(scene.homes[0]) as killed, kiosk(scene.homes[1]) as other:
        scene.ask(other, 1, ["SHARED", *SINGLE[:2]])
        scene.ask(killed, 0, ["OPEN", "SHARED", SINGLE[2]])
        children = Path(f"/proc/{killed.process.pid}/task/{killed.process.pid}/children").read_text()
        assert children == ""
        for code in flood:
            killed.send(code)
        scene.said[0] += [killed.hear() for _ in range(20)]
        killed.kill()
        late = list(killed.rest())
        assert len(late) < len(flood) - 20, "the kill came too late to fall into the middle"
        scene.said[0] += late
        scene.ask(other, 1, ["SHARED", *SINGLE])
        assert other.end() == 0
    with kiosk(scene.homes[0]) as again:
        scene.ask(again, 0, ["SHARED", *SINGLE])
        assert again.end() == 0
    scene.settle()
    scene.check_the_promise()


def test_tills_go_on_while_central_is_killed_and_settle_when_it_is_back(scene: Scene) -> None:
    with kiosk(scene.homes[0]) as first, kiosk(scene.homes[1]) as second:
        kiosks = (first, second)
        for number, running in enumerate(kiosks):
            scene.ask(running, number, ["OPEN", "SHARED", SINGLE[number]])
        scene.central.kill()
        for number, running in enumerate(kiosks):
            heard = scene.ask(running, number, ["OPEN", "SHARED", SINGLE[4], "STRICT"])
            assert [one["verdict"] for one in heard] == ["accept", "accept", "refuse", "refuse"]
            assert [one["reason"] for one in heard[2:]] == ["needs_office", "online_only_offline"]
        scene.central.restart()
        for number, running in enumerate(kiosks):
            scene.ask(running, number, ["OPEN", "SHARED"])
        assert [running.end() for running in kiosks] == [0, 0]
    scene.settle()
    scene.check_the_promise()


def test_codes_of_another_network_and_wrong_invitations_are_refused_in_a_sentence(
    scene: Scene, tmp_path: Path
) -> None:
    other = RealNetwork(scene.central, tmp_path)
    other.import_codes("PROMO,ELSEWHERE,Elsewhere,,,Elsewhere,")
    with kiosk(scene.homes[0]) as running:
        heard = scene.ask(running, 0, ["ELSEWHERE", "'; DELETE FROM codes; --", "open"])
        assert [one["reason"] for one in heard] == ["unknown_code", "unknown_code", "ok"]
        assert running.end() == 0
    used = scene.network.invite("Third")["code"]
    words = ("enrol", "--central", scene.central.url, "--code")
    assert till(tmp_path / "third", *words, used).returncode == 0
    for code, said in {
        used: b"used by another till",
        "1-AAAA-BBBB-CCCC-DDDD": b"does not know this enrolment code",
        "nonsense": b"does not know this enrolment code",
    }.items():
        done = till(tmp_path / "fourth", *words, code)
        assert (done.returncode, done.stdout) == (1, b"")
        assert said in done.stderr, done.stderr.decode()
        assert b"Traceback" not in done.stderr
    scene.settle()
    scene.check_the_promise()

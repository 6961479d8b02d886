"""Enrolment from the command line: one code, one JSON line, and a sentence for whatever is wrong."""

import json
from pathlib import Path

import pytest

from sync.protocol.enrolment import enrolment_qr
from sync.protocol.problems import ProblemType
from tests.builders.shop import Shop
from tests.builders.small_central import ENROLMENT_CODE, RESTAURANT, TILL
from tests.builders.talking_server import Heard, Reply, problem
from tests.builders.till_process import answers, till


def refused(home: Path, *words: str) -> str:
    done = till(home, "enrol", *words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Traceback" not in done.stderr
    return done.stderr.decode()


def test_a_code_makes_a_till_with_its_codes_and_leases(new_shop: Shop) -> None:
    new_shop.central.grant(2, 1)
    done = till(new_shop.home, "enrol", "--central", new_shop.server.url + "/", "--code", ENROLMENT_CODE)
    assert done.returncode == 0, done.stderr.decode()
    said = answers(done)
    assert len(said) == 1
    assert (said[0]["till_id"], said[0]["restaurant_id"], said[0]["codes"], said[0]["leases"]) == (
        TILL,
        RESTAURANT,
        2,
        1,
    )
    sold = answers(till(new_shop.home, "kiosk", "--offline", stdin=b"TWICE\nTWICE\n"))
    assert [(one["verdict"], one["by"]) for one in sold] == [("accept", "lease"), ("refuse", "cache")]


def test_the_text_of_the_qr_holds_everything(new_shop: Shop) -> None:
    text = enrolment_qr(new_shop.server.url, ENROLMENT_CODE)
    assert till(new_shop.home, "enrol", "--code", text).returncode == 0


def test_enrolling_again_with_the_same_code_changes_nothing(new_shop: Shop) -> None:
    words = ("--central", new_shop.server.url, "--code", ENROLMENT_CODE)
    first, second = till(new_shop.home, "enrol", *words), till(new_shop.home, "enrol", *words)
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout)
    assert new_shop.central.kinds() == ["till.enrolled"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ProblemType.ENROLMENT_UNKNOWN, "does not know this enrolment code"),
        (ProblemType.ENROLMENT_USED, "used by another till"),
        (ProblemType.ENROLMENT_EXPIRED, "has expired"),
        (ProblemType.VERSION_UNKNOWN, "Update the older of the two"),
    ],
)
def test_the_offices_no_is_a_sentence(new_shop: Shop, kind: ProblemType, said: str) -> None:
    def answer(_: Heard) -> Reply:
        return problem(kind, 400)

    new_shop.central.before = answer
    words = ("--central", new_shop.server.url, "--code", ENROLMENT_CODE)
    assert said in refused(new_shop.home, *words)
    new_shop.central.before = lambda _: None
    assert till(new_shop.home, "enrol", *words).returncode == 0


def test_a_portals_page_is_not_the_office(new_shop: Shop) -> None:
    new_shop.central.before = lambda _: Reply(media_type="text/html", body=b"<html>Please sign in</html>")
    assert "not the central office" in refused(
        new_shop.home, "--central", new_shop.server.url, "--code", ENROLMENT_CODE
    )


@pytest.mark.parametrize("central", ["office", "ftp://office", "http://", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_said(tmp_path: Path, central: str) -> None:
    assert "central" in refused(tmp_path / "till", "--central", central, "--code", ENROLMENT_CODE)


def test_the_environment_may_name_the_office(new_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_CENTRAL", new_shop.server.url)
    done = till(new_shop.home, "enrol", "--code", ENROLMENT_CODE)
    assert json.loads(done.stdout)["till_id"] == TILL

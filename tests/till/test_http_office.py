"""The client against a real server on loopback that misbehaves in every way that the world offers."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.protocol.contact import Contact, ContactReply
from sync.protocol.enrolment import TokenReply, TokenRequest
from sync.protocol.feed import FeedPage
from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.leases import LeaseReply, LeaseRequest, LimitKind
from sync.protocol.problems import ProblemType
from sync.protocol.wire import canonical, unpack
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.http_office import Credentials, HttpOffice
from sync.till.office import Mismatch, Refused, Unreachable
from tests.builders.patience import LONG_MS
from tests.builders.self_signed import silent_tls_server
from tests.builders.talking_server import Answer, Heard, Reply, TalkingServer, message, problem

KEY = SigningKey(bytes(range(32)))
CREDENTIALS = Credentials(network=1, till=2, incarnation=3, key=KEY)
CONTACT = Contact(incarnation=3, app_version="1", last_seq=1, unsettled=0)
CONTACT_REPLY = ContactReply(server_ms=5, applied=1)
TOKEN = TokenReply(token="t0", expires_in=900, server_ms=5)
LEASE = LeaseRequest(incarnation=3, operation=UUID(int=7), kind=LimitKind.USES, subject=9)

Speak = Callable[[Answer], tuple[TalkingServer, HttpOffice]]


@pytest.fixture
def speak() -> Iterator[Speak]:
    """Start a server that gives tokens by itself and answers the rest as told, and an office that calls it."""
    opened: list[tuple[TalkingServer, HttpOffice]] = []

    def start(answer: Answer) -> tuple[TalkingServer, HttpOffice]:
        def with_token(heard: Heard) -> Reply:
            return message(TOKEN) if heard.path.endswith("/token") else answer(heard)

        server = TalkingServer(with_token)
        office = HttpOffice(
            server.url, clock=SystemClock(), randomness=SystemRandomness(), credentials=CREDENTIALS
        )
        opened.append((server, office))
        return server, office

    yield start
    for server, office in opened:
        office.close()
        server.close()


def test_messages_travel_with_version_and_token(speak: Speak) -> None:
    server, office = speak(lambda _: message(CONTACT_REPLY))
    assert office.contact(CONTACT) == CONTACT_REPLY
    asked = server.heard[-1]
    assert asked.path == "/sync/v1/contact"
    assert asked.headers["Countersign-Protocol"] == "1"
    assert asked.headers["Authorization"] == "Bearer t0"
    assert unpack(asked.body, Contact) == CONTACT


def test_token_is_asked_for_once_and_its_proof_is_the_tills_own(speak: Speak) -> None:
    server, office = speak(lambda _: message(CONTACT_REPLY))
    office.contact(CONTACT)
    office.contact(CONTACT)
    assert server.paths() == ["/sync/v1/token", "/sync/v1/contact", "/sync/v1/contact"]
    request = unpack(server.heard[0].body, TokenRequest)
    unsigned = TokenRequest(network=1, till=2, incarnation=3, nonce=request.nonce, wall_ms=request.wall_ms)
    assert VerifyKey(KEY.public).verifies(Purpose.TOKEN_REQUEST, canonical(unsigned), request.proof)


def test_token_that_is_no_longer_taken_is_renewed_once(speak: Speak) -> None:
    replies = iter([problem(ProblemType.UNAUTHENTICATED, 401), message(CONTACT_REPLY)])
    server, office = speak(lambda _: next(replies))
    assert office.contact(CONTACT) == CONTACT_REPLY
    assert server.paths() == ["/sync/v1/token", "/sync/v1/contact"] * 2


def test_token_that_is_never_taken_ends_in_a_refusal(speak: Speak) -> None:
    server, office = speak(lambda _: problem(ProblemType.UNAUTHENTICATED, 401))
    with pytest.raises(Refused):
        office.contact(CONTACT)
    assert len(server.heard) == 4


def test_till_that_is_given_its_rights_back_signs_in_anew(speak: Speak) -> None:
    replies = iter([problem(ProblemType.TILL_REVOKED, 403), message(CONTACT_REPLY)])
    server, office = speak(lambda _: next(replies))
    with pytest.raises(Refused):
        office.contact(CONTACT)
    assert office.contact(CONTACT) == CONTACT_REPLY
    assert server.paths() == ["/sync/v1/token", "/sync/v1/contact"] * 2


def test_lost_sign_in_means_that_the_question_was_never_sent(speak: Speak) -> None:
    server, office = speak(lambda _: message(LeaseReply()))
    server.answer = lambda _: Reply(raw=b"")
    with pytest.raises(Unreachable) as unreachable:
        office.lease(LEASE, wait_ms=LONG_MS)
    assert not unreachable.value.sent


def test_netrc_and_proxies_of_the_machine_do_not_come_between(
    speak: Speak, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server, office = speak(lambda _: message(CONTACT_REPLY))
    office.contact(CONTACT)
    assert server.heard[-1].headers["Authorization"] == "Bearer t0"


def test_refusal_carries_centrals_problem(speak: Speak) -> None:
    _, office = speak(lambda _: problem(ProblemType.TILL_REVOKED, 403, "This till is revoked", "Ask IT."))
    with pytest.raises(Refused) as refused:
        office.contact(CONTACT)
    assert refused.value.problem.type == ProblemType.TILL_REVOKED
    assert refused.value.reason == "till_revoked"
    assert str(refused.value) == "The central office says no: This till is revoked. Ask IT."


@pytest.mark.parametrize(
    "reply",
    [
        problem(ProblemType.BUSY, 503),
        problem(ProblemType.INTERNAL, 500),
        problem(ProblemType.TOO_MANY, 429),
        Reply(status=502, media_type="text/html", body=b"<h1>Bad gateway</h1>"),
        Reply(status=504, media_type="text/html", body=b""),
    ],
)
def test_not_now_is_tried_again_later(speak: Speak, reply: Reply) -> None:
    _, office = speak(lambda _: reply)
    with pytest.raises(Unreachable) as unreachable:
        office.contact(CONTACT)
    assert unreachable.value.sent


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(media_type="text/html", body=b"<h1>Welcome to our hotel</h1>"), "not_central"),
        (Reply(media_type="", body=b"x"), "not_central"),
        (Reply(body=b"\xc1garbage"), "not_central"),
        (Reply(body=b""), "not_central"),
        (Reply(status=404, media_type="text/html", body=b"<h1>Not found</h1>"), "not_central"),
        (Reply(status=404, media_type="application/json", body=b'{"detail":"Not Found"}'), "not_central"),
        (Reply(status=302, headers={"Location": "https://portal.example/login"}), "not_central"),
        (Reply(status=400, media_type="application/problem+json", body=b"{"), "not_central"),
        (Reply(status=407, media_type="text/html", body=b"proxy"), "not_central"),
        (Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "not_central"),
        (problem(ProblemType.VERSION_UNKNOWN, 400), "version"),
        (Reply(body=b"", headers={"Countersign-Protocol": "2"}), "version"),
    ],
)
def test_whoever_is_not_our_central_is_a_mismatch(speak: Speak, reply: Reply, reason: str) -> None:
    _, office = speak(lambda _: reply)
    with pytest.raises(Mismatch) as mismatch:
        office.contact(CONTACT)
    assert mismatch.value.reason == reason
    assert mismatch.value.sentence
    assert mismatch.value.advice


WHOLE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-msgpack\r\nContent-Length: 512\r\n\r\n"


@pytest.mark.parametrize("length", range(1, len(WHOLE_HEAD), 3))
@pytest.mark.expects_log("Failed to parse headers")
def test_a_head_that_is_torn_anywhere_is_a_broken_line(speak: Speak, length: int) -> None:
    _, office = speak(lambda _: Reply(raw=WHOLE_HEAD[:length]))
    with pytest.raises(Unreachable) as unreachable:
        office.contact(CONTACT)
    assert (unreachable.value.reason, unreachable.value.sent) == ("unreachable", True)
    with pytest.raises(Unreachable):
        office.chunk(1, 0, size=100, into=bytearray(b"begun"))


def test_a_torn_refusal_is_no_refusal(speak: Speak) -> None:
    _, office = speak(lambda _: Reply(raw=b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/prob"))
    with pytest.raises(Unreachable):
        office.contact(CONTACT)


def test_a_certificate_that_nobody_vouches_for_is_a_mismatch(tmp_path: Path) -> None:
    with silent_tls_server(tmp_path) as url, pytest.raises(Mismatch) as mismatch:
        _office(url).contact(CONTACT)
    assert mismatch.value.reason == "tls"


def test_answer_beyond_the_limit_is_not_taken(speak: Speak) -> None:
    _, office = speak(lambda _: Reply(body=bytes(5_000)))
    with pytest.raises(Mismatch) as mismatch:
        office.chunk(1, 0, size=4_000, into=bytearray())
    assert "larger than 4000 bytes" in mismatch.value.sentence


def test_answer_cut_off_in_the_middle_is_unreachable(speak: Speak) -> None:
    _, office = speak(lambda _: Reply(body=bytes(5_000), cut=100))
    with pytest.raises(Unreachable) as unreachable:
        office.contact(CONTACT)
    assert unreachable.value.sent


def test_silence_ends_after_the_stated_wait(speak: Speak) -> None:
    server, office = speak(lambda _: message(LeaseReply()))
    office.lease(LEASE, wait_ms=LONG_MS)  # the token is there now
    server.answer = server.hang
    with pytest.raises(Unreachable) as unreachable:
        office.lease(LEASE, wait_ms=50)
    assert unreachable.value.reason == "slow"
    assert unreachable.value.sent


def test_nobody_there_is_known_to_have_heard_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        # As long as it is bound, nobody else can come to listen on it.
        office = _office(f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(Unreachable) as unreachable:
            office.contact(CONTACT)
    assert not unreachable.value.sent


def test_hanging_up_without_an_answer_may_have_been_heard(speak: Speak) -> None:
    server, office = speak(lambda _: Reply(raw=b""))
    with pytest.raises(Unreachable) as unreachable:
        office.contact(CONTACT)
    assert unreachable.value.sent
    assert server.paths().count("/sync/v1/contact") == 2


def test_connection_closed_between_two_requests_is_opened_again(speak: Speak) -> None:
    replies = iter([message(CONTACT_REPLY), Reply(raw=b""), message(CONTACT_REPLY)])
    _, office = speak(lambda _: next(replies))
    assert office.contact(CONTACT) == CONTACT_REPLY
    assert office.contact(CONTACT) == CONTACT_REPLY


def test_https_asked_of_a_plain_server_is_a_mismatch(speak: Speak) -> None:
    server, _ = speak(lambda _: message(CONTACT_REPLY))
    with pytest.raises(Mismatch) as mismatch:
        _office(server.url.replace("http:", "https:")).contact(CONTACT)
    assert mismatch.value.reason == "tls"


@pytest.mark.parametrize(
    "address",
    ["", "office", "ftp://office", "http://", "http://[", "http://a:99999", "http://u:p@a", "http://a?x=1"],
)
def test_impossible_addresses_are_told_at_once(address: str) -> None:
    with pytest.raises(Mismatch) as mismatch:
        _office(address)
    assert mismatch.value.reason == "central_address"


def test_chunk_goes_on_where_the_line_broke(speak: Speak) -> None:
    content = bytes(range(250)) * 1_000

    def serve(heard: Heard) -> Reply:
        span = heard.headers.get("Range")
        if span is None:
            return Reply(body=content, cut=100_000, media_type="application/octet-stream")
        start = int(span.removeprefix("bytes=").removesuffix("-"))
        return Reply(status=206, body=content[start:], media_type="application/octet-stream")

    server, office = speak(serve)
    received = bytearray()
    with pytest.raises(Unreachable):
        office.chunk(4, 2, size=len(content), into=received)
    assert 0 < len(received) <= 100_000
    office.chunk(4, 2, size=len(content), into=received)
    assert received == content
    assert server.heard[-1].path == "/sync/v1/snapshot/4/2"
    assert "Range" in server.heard[-1].headers


def test_chunk_from_a_server_without_ranges_starts_anew(speak: Speak) -> None:
    _, office = speak(lambda _: Reply(body=b"whole", media_type="application/octet-stream"))
    received = bytearray(b"wh")
    office.chunk(1, 0, size=5, into=received)
    assert received == b"whole"


def test_portal_page_in_place_of_a_chunk_is_not_taken_for_one(speak: Speak) -> None:
    _, office = speak(lambda _: Reply(body=b"<html>", media_type="text/html; charset=utf-8"))
    with pytest.raises(Mismatch):
        office.chunk(1, 0, size=100, into=bytearray())


def test_feed_names_its_cursor_and_its_patience(speak: Speak) -> None:
    page = FeedPage(epoch="e", number=4, head=4, changes=())
    server, office = speak(lambda _: message(page))
    assert office.feed("e", 4, wait_ms=1_500) == page
    assert server.heard[-1].query == {"epoch": "e", "after": "4", "wait_ms": "1500"}


def _office(url: str) -> HttpOffice:
    return HttpOffice(url, clock=SystemClock(), randomness=SystemRandomness(), credentials=CREDENTIALS)

"""VIP codes by e-mail (document 000), against a real mail server that refuses, delays and drops."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
import zxingcpp
from litestar import Litestar

from sync.central.clock import SYSTEM_CLOCK, moment
from sync.central.mail.post import Fate, Outcome, SmtpPost
from sync.central.services.mail.sending import MAX_TRIES, send_due
from tests.builders.callers import owner_headers
from tests.builders.mail_server import PASSWORD, USER, MailServer, mail_server
from tests.builders.office import Office, new_office, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office)


async def vip(office: Office, owner: dict[str, str], text: str, **fields: Any) -> int:
    answer = await office.client.post(
        "/api/vip/codes", json={"name": "Your table", "code": text, **fields}, headers=owner
    )
    return int(answer.json()[0]["id"])


async def send(office: Office, owner: dict[str, str], path: str = "send", **fields: Any) -> httpx.Response:
    return await office.client.post(f"/api/vip/codes/{path}", json=fields, headers=owner)


async def post_all(office: Office, server: MailServer, turns: int = 1) -> None:
    """Let so many turns pass: each batch has its next one now."""
    for _ in range(turns):
        await office.execute("UPDATE mail_batches SET next_at = now() - interval '1 minute'")
        post = SmtpPost(url=server.url, sender="vip@trattoria.example")
        await send_due(office.database, office.secrets, post, office.network)


async def progress(office: Office, owner: dict[str, str], batch: int) -> dict[str, Any]:
    answer = await office.client.get(f"/api/vip/batches/{batch}", headers=owner)
    found: dict[str, Any] = answer.json()
    return found


async def test_letters_are_queued_as_the_document_shows_and_go_out_in_parts(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "TABLE-VIP", max_uses=5)
    people = [f"guest{number}@example.com" for number in range(5)]
    queued = await send(office, owner, email_list=people, code_ids=[code], batch_size=3)
    assert queued.status_code == 202
    body = queued.json()
    assert {name: body[name] for name in ("success", "total_recipients", "batch_count", "message")} == {
        "success": True,
        "total_recipients": 5,
        "batch_count": 2,
        "message": "VIP codes queued for sending",
    }
    async with mail_server() as server:
        await post_all(office, server)
        assert (await progress(office, owner, body["batch_id"]))["sent"] == 3
        # The next part waits for its turn.
        post = SmtpPost(url=server.url, sender="vip@trattoria.example")
        assert await send_due(office.database, office.secrets, post, office.network) == 0
        await post_all(office, server)
    assert sorted(str(letter["To"]) for letter in server.letters) == people
    done = await progress(office, owner, body["batch_id"])
    assert (done["status"], done["sent"], done["waiting"]) == ("done", 5, 0)


async def test_a_letter_holds_the_code_as_text_and_as_a_picture_inside_it(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "PICTURE-VIP", max_uses=1)
    await send(office, owner, email_list=["ada@example.com"], code_ids=[code])
    async with mail_server() as server:
        await post_all(office, server)
    (letter,) = server.letters
    assert str(letter["From"]) == "vip@trattoria.example"
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert isinstance(plain, EmailMessage)
    assert isinstance(page, EmailMessage)
    assert "PICTURE-VIP" in plain.get_content()
    assert 'src="cid:code@countersign"' in page.get_content()
    (picture,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<code@countersign>"
    assert picture.get_content_disposition() == "inline"
    content = picture.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert [read.text for read in read_png(content)] == ["PICTURE-VIP"]


def read_png(content: bytes) -> list[Any]:

    return list(zxingcpp.read_barcodes(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)))


async def test_nobody_gets_one_code_twice(office: Office, owner: dict[str, str]) -> None:
    code = await vip(office, owner, "ONLY-VIP")
    await send(office, owner, email_list=["ada@example.com", "ADA@example.com "], code_ids=[code])
    again = await send(office, owner, email_list=["Ada@Example.com", "bob@example.com"], code_ids=[code])
    assert (again.json()["skipped"], again.json()["batch_count"]) == (1, 1)
    async with mail_server() as server:
        await post_all(office, server, turns=3)
    assert sorted(str(letter["To"]).lower() for letter in server.letters) == [
        "ada@example.com",
        "bob@example.com",
    ]


async def test_bad_addresses_are_named_and_the_good_ones_get_their_letters(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "NAMED-VIP")
    listed = ["ada@example.com", "no address", "a@b@c", "x\r\nBcc: all@example.com"]
    answer = (await send(office, owner, email_list=listed, code_ids=[code])).json()
    assert answer["total_recipients"] == 1
    assert [bad["email"] for bad in answer["invalid"]] == listed[1:]
    many = [f"no address {number}" for number in range(500)]
    answer = (await send(office, owner, email_list=["bo@example.com", *many], code_ids=[code])).json()
    assert [bad["email"] for bad in answer["invalid"]] == many
    none = await send(office, owner, email_list=listed[1:], code_ids=[code])
    assert (none.status_code, problem_of(none)) == (400, "invalid")


async def test_each_address_gets_a_new_code_of_its_own(office: Office, owner: dict[str, str]) -> None:
    answer = await send(
        office, owner, "bulk_send", email_list=["a@example.com", "b@example.com"], name="Opening", max_uses=2
    )
    assert answer.json()["message"] == "VIP codes generated and queued for sending"
    async with mail_server() as server:
        await post_all(office, server)
    listed = (await office.client.get("/api/vip/recipients", headers=owner)).json()
    assert {item["email"] for item in listed["items"]} == {"a@example.com", "b@example.com"}
    assert {item["status"] for item in listed["items"]} == {"sent"}
    assert len({item["vip_access_code_id"] for item in listed["items"]}) == 2
    of_one = await office.client.get(
        "/api/vip/recipients",
        params={"code_id": listed["items"][0]["vip_access_code_id"]},
        headers=owner,
    )
    assert of_one.json()["total"] == 1


async def test_what_the_server_refuses_delays_or_drops_is_told_apart(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "FATE-VIP")
    people = [f"{name}@example.com" for name in ("refused", "later", "dropped", "dropped.before", "fine")]
    batch = (await send(office, owner, email_list=people, code_ids=[code])).json()["batch_id"]
    async with mail_server() as server:
        await post_all(office, server, turns=2)
    found = await progress(office, owner, batch)
    # Nobody knows whether the dropped one was taken: it is never sent again.
    assert {name: found[name] for name in ("sent", "refused", "unsure", "waiting")} == {
        "sent": 1,
        "refused": 1,
        "unsure": 1,
        "waiting": 2,
    }
    assert server.asked.count("dropped@example.com") == 1
    # What was put off waits longer each time, and is tried only so often.
    async with mail_server() as server:
        for _ in range(MAX_TRIES):
            await office.execute("UPDATE code_recipients SET next_at = now() - interval '1 minute'")
            await post_all(office, server)
    found = await progress(office, owner, batch)
    assert (found["status"], found["failed"], found["waiting"]) == ("done", 2, 0)
    problems = await office.fetch("SELECT problem FROM code_recipients WHERE status <> 'sent'")
    assert all(row["problem"] and "@" not in row["problem"] for row in problems)


async def test_a_server_that_is_away_loses_nothing(office: Office, owner: dict[str, str]) -> None:
    code = await vip(office, owner, "AWAY-VIP")
    batch = (await send(office, owner, email_list=["ada@example.com"], code_ids=[code])).json()["batch_id"]
    async with mail_server() as gone:
        pass
    await post_all(office, gone)
    assert (await progress(office, owner, batch))["waiting"] == 1
    await office.execute("UPDATE code_recipients SET next_at = now() - interval '1 minute'")
    async with mail_server() as server:
        await post_all(office, server)
    assert (await progress(office, owner, batch))["sent"] == 1


async def test_a_letter_that_was_being_sent_when_the_office_fell_is_not_sent_again(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "FELL-VIP")
    batch = (await send(office, owner, email_list=["ada@example.com"], code_ids=[code])).json()["batch_id"]
    long_ago = moment(SYSTEM_CLOCK) - timedelta(hours=1)
    await office.execute("UPDATE code_recipients SET status = 'sending', updated_at = $1", long_ago)
    async with mail_server() as server:
        await post_all(office, server)
    assert server.letters == []
    assert (await progress(office, owner, batch))["unsure"] == 1


class HeldPost:
    """A way to send letters that takes its time until a test lets go."""

    def __init__(self) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        self.letters: list[str] = []

    async def send(self, letter: EmailMessage) -> Outcome:
        self.asked.set()
        await self.go.wait()
        self.letters.append(str(letter["To"]))
        return Outcome(Fate.SENT)


async def statuses(office: Office) -> dict[str, int]:
    rows = await office.fetch("SELECT status, count(*) AS number FROM code_recipients GROUP BY status")
    return {row["status"]: row["number"] for row in rows}


async def test_an_office_that_is_asked_to_stop_notes_the_letter_in_hand_and_leaves_the_others_waiting(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "STOP-VIP")
    people = [f"guest{number}@example.com" for number in range(4)]
    await send(office, owner, email_list=people, code_ids=[code])
    post = HeldPost()
    sending = asyncio.create_task(send_due(office.database, office.secrets, post, office.network))
    await post.asked.wait()
    # Whoever falls now leaves one letter of which nobody knows, and no more.
    assert await statuses(office) == {"sending": 1, "waiting": 3}
    sending.cancel()
    done, _ = await asyncio.wait([sending], timeout=0)
    assert not done
    sending.cancel()
    post.go.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await statuses(office) == {"sent": 1, "waiting": 3}
    async with mail_server() as server:
        await post_all(office, server)
    assert sorted(post.letters + [str(letter["To"]) for letter in server.letters]) == people
    assert await statuses(office) == {"sent": 4}


async def test_a_pause_holds_back_what_was_to_go_out_with_the_letter_in_hand(
    office: Office, owner: dict[str, str]
) -> None:
    code = await vip(office, owner, "HOLD-VIP")
    people = [f"guest{number}@example.com" for number in range(3)]
    batch = (await send(office, owner, email_list=people, code_ids=[code])).json()["batch_id"]
    post = HeldPost()
    sending = asyncio.create_task(send_due(office.database, office.secrets, post, office.network))
    await post.asked.wait()
    await office.client.post(f"/api/vip/batches/{batch}/pause", headers=owner)
    post.go.set()
    assert await sending == 1
    assert (await progress(office, owner, batch))["waiting"] == 2


async def test_two_processes_send_each_letter_once(office: Office, owner: dict[str, str]) -> None:
    code = await vip(office, owner, "PAIR-VIP")
    people = [f"guest{number}@example.com" for number in range(8)]
    for part in (people[:4], people[4:]):
        await send(office, owner, email_list=part, code_ids=[code])
    async with mail_server() as server:
        await asyncio.gather(*(post_all(office, server) for _ in range(4)))
        await post_all(office, server, turns=2)
    assert sorted(str(letter["To"]) for letter in server.letters) == people


async def test_a_batch_is_paused_goes_on_and_is_cancelled(office: Office, owner: dict[str, str]) -> None:
    code = await vip(office, owner, "STEER-VIP")
    people = [f"guest{number}@example.com" for number in range(3)]
    batch = (await send(office, owner, email_list=people, code_ids=[code], batch_size=1)).json()["batch_id"]
    where = f"/api/vip/batches/{batch}"
    async with mail_server() as server:
        assert (await office.client.post(f"{where}/pause", headers=owner)).json()["status"] == "paused"
        await post_all(office, server)
        assert server.letters == []
        await office.client.post(f"{where}/resume", headers=owner)
        await post_all(office, server)
        assert len(server.letters) == 1
        cancelled = await office.client.post(f"{where}/cancel", headers=owner)
        await post_all(office, server, turns=2)
    assert len(server.letters) == 1
    assert (cancelled.json()["status"], cancelled.json()["cancelled"]) == ("cancelled", 2)
    again = await office.client.post(f"{where}/resume", headers=owner)
    assert (again.status_code, problem_of(again)) == (409, "conflict")


async def test_a_password_goes_to_no_server_without_tls() -> None:
    letter = EmailMessage()
    letter["To"] = "ada@example.com"
    async with mail_server() as server:
        post = SmtpPost(url=server.url.replace("//", f"//{USER}:x@"), sender="vip@trattoria.example")
        outcome = await post.send(letter)
    assert isinstance(outcome, Outcome)
    assert (outcome.fate, server.asked) == (Fate.LATER, [])
    assert PASSWORD not in outcome.problem


async def test_another_networks_codes_batches_and_recipients_are_not_there(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, owner: dict[str, str]
) -> None:
    other = await new_office(*central)
    theirs = await owner_headers(other)
    code = await vip(other, theirs, "FOREIGN-VIP")
    batch = (await send(other, theirs, email_list=["ada@example.com"], code_ids=[code])).json()["batch_id"]
    assert (await send(office, owner, email_list=["a@example.com"], code_ids=[code])).status_code == 404
    for method, path in (("GET", ""), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/cancel")):
        answer = await office.client.request(method, f"/api/vip/batches/{batch}{path}", headers=owner)
        assert answer.status_code == 404
    assert (await office.client.get("/api/vip/recipients", headers=owner)).json()["total"] == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"email_list": []},
        {"email_list": ["ada@example.com"], "code_ids": []},
        {"email_list": ["ada@example.com"], "code_ids": [1], "batch_size": 0},
        {"email_list": "ada@example.com", "code_ids": [1]},
        {"email_list": [5], "code_ids": [1]},
    ],
)
async def test_what_does_not_fit_queues_nothing(
    office: Office, owner: dict[str, str], fields: dict[str, Any]
) -> None:
    answer = await send(office, owner, **{"code_ids": [1], **fields})
    assert (answer.status_code, problem_of(answer)) == (400, "invalid")
    assert await office.value("SELECT count(*) FROM mail_batches") == 0

"""Becoming a till, staying one, and what a till that is none any more may still do."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from sync.central.services.enrolment_codes import SECRET_CHARS, issue_code, read_code
from sync.central.services.tills import revoke_till, till_named
from sync.protocol.enrolment import EnrolReply, EnrolRequest, TokenReply
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import Grant, LimitKind
from sync.protocol.wire import read_canonical, unpack
from sync.rules.campaign import Policy
from tests.builders.bounded import RATES
from tests.builders.office import Office, TillPen, attempt, problem_of

pytestmark = pytest.mark.anyio


def new_key() -> SigningKey:
    return SigningKey(os.urandom(32))


async def held(till: TillPen) -> dict[int, int]:
    """Units by code that the contact after enrolment brings."""
    grants = [read_canonical(signed.body, Grant) for signed in (await till.contact()).leases]
    return {grant.subject: grant.units for grant in grants if grant.kind is LimitKind.USES}


async def test_a_code_makes_a_machine_a_till(office: Office) -> None:
    till = await office.till("Bar")
    assert (till.who.network, till.who.restaurant, till.who.incarnation) == (
        office.network,
        office.restaurant,
        1,
    )
    assert (till.who.network_name, till.who.restaurant_name, till.who.till_name) == (
        "Trattoria", "Old Town", "Bar",
    )  # fmt: skip
    assert (till.who.zone, till.who.currency) == ("Europe/Berlin", "EUR")
    assert till.who.digest_key == office.secrets.digest_key(office.network)
    assert (await office.value("SELECT status FROM tills")) == "active"
    assert await office.value("SELECT count(*) FROM audit WHERE action = 'till.enrol'") == 1


async def test_the_same_key_gets_the_same_answer_again_however_late(office: Office) -> None:
    key, code = new_key(), await office.enrolment_code()
    replies = [unpack((await office.enrol(code, key)).content, EnrolReply) for _ in range(2)]
    await office.execute("UPDATE enrolments SET expires_at = now() - interval '1 day'")
    replies.append(unpack((await office.enrol(code, key)).content, EnrolReply))
    assert {(reply.till, reply.incarnation) for reply in replies} == {(replies[0].till, 1)}
    assert await office.value("SELECT count(*) FROM incarnations") == 1


async def test_the_same_code_at_the_same_moment_makes_one_till(office: Office) -> None:
    key, code = new_key(), await office.enrolment_code()
    answers = await asyncio.gather(*(office.enrol(code, key) for _ in range(5)))
    assert {unpack(answer.content, EnrolReply).incarnation for answer in answers} == {1}


async def test_of_two_machines_with_one_code_one_becomes_the_till(office: Office) -> None:
    code = await office.enrolment_code()
    answers = await asyncio.gather(*(office.enrol(code, new_key()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {problem_of(answer) for answer in answers if answer.status_code == 409} == {"enrolment-used"}


async def test_a_code_is_read_however_it_is_written(office: Office) -> None:
    code = await office.enrolment_code()
    for written in (code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code} "):
        assert read_code(written) == read_code(code)


@pytest.mark.parametrize(
    "code", ["", "1", "x" * 5_000, "1-0OIl-0OIl-0OIl-0OIl", "-" * 30, "9" * 40, "٣-" + "A" * 16, "\ud800"]
)
async def test_what_is_no_code_is_unknown(office: Office, code: str) -> None:
    key = new_key()
    request = EnrolRequest(
        code=code.encode("utf-8", "replace").decode(), public_key=key.public, proof=b"", app_version=""
    )
    response = await office.post("/sync/v1/enrol", request)
    assert (response.status_code, problem_of(response)) == (404, "enrolment-unknown")


async def test_a_wrong_code_of_a_real_or_unreal_network_is_unknown(office: Office) -> None:
    for network in (office.network, 999_999_999, 10**18 - 1):
        response = await office.enrol(f"{network}-" + "A" * SECRET_CHARS, new_key())
        assert problem_of(response) == "enrolment-unknown"


@pytest.mark.expects_log("somebody guesses: wrong_enrolments")
async def test_guessing_codes_is_bounded_and_a_used_code_is_no_guess(office: Office) -> None:
    code = await office.enrolment_code()
    await office.enrol(code, new_key())
    for _ in range(RATES.wrong_enrolments.limit + 1):
        assert problem_of(await office.enrol(code, new_key())) == "enrolment-used"
    for _ in range(RATES.wrong_enrolments.limit):
        wrong = await office.enrol(f"{office.network}-" + "B" * SECRET_CHARS, new_key())
        assert problem_of(wrong) == "enrolment-unknown"
    response = await office.enrol(await office.enrolment_code("Till 2"), new_key())
    assert (response.status_code, problem_of(response)) == (429, "too-many-requests")
    assert int(response.headers["retry-after"]) > 0


async def test_a_proof_that_does_not_fit_is_unknown(office: Office) -> None:
    key, other, code = new_key(), new_key(), await office.enrolment_code()
    for public, proof in (
        (key.public, other.sign(Purpose.ENROLMENT, code.encode() + key.public)),
        (key.public, key.sign(Purpose.EVENT, code.encode() + key.public)),
        (b"\xff" * 32, b"\0" * 64),
        (b"short", b""),
    ):
        request = EnrolRequest(code=code, public_key=public, proof=proof, app_version="")
        assert problem_of(await office.post("/sync/v1/enrol", request)) == "enrolment-unknown"
    assert (await office.enrol(code, key)).status_code == 200


async def test_an_expired_code_is_expired_and_a_newer_one_ends_the_older(office: Office) -> None:
    first = await office.enrolment_code()
    async with office.database.network_transaction(office.network) as connection:
        till = await till_named(connection, office.network, office.restaurant, "Till 1")
        late = await issue_code(connection, office.network, till, lifetime=timedelta(seconds=-1))
    assert problem_of(await office.enrol(first, new_key())) == "enrolment-unknown"
    response = await office.enrol(late.code, new_key())
    assert (response.status_code, problem_of(response)) == (410, "enrolment-expired")


async def test_a_new_enrolment_fences_the_machine_before_it(office: Office) -> None:
    old = await office.till("Bar")
    await old.signed_in()
    new = await office.till("Bar")
    assert (new.who.till, new.who.incarnation) == (old.who.till, 2)
    for response in (
        await old.get("/sync/v1/snapshot"),
        await old.get("/sync/v1/feed?epoch=x&after=0"),
        await old.post("/sync/v1/contact", old.report()),
    ):
        assert (response.status_code, problem_of(response)) == (403, "till-fenced")
    assert (await new.contact()).applied == 0


async def test_a_fenced_or_revoked_till_still_gets_rid_of_its_journal(office: Office) -> None:
    fenced = await office.till("Bar")
    await office.till("Bar")
    revoked = await office.till("Terrace")
    async with office.database.network_transaction(office.network) as connection:
        assert await revoke_till(connection, office.network, revoked.who.till, actor="test")
    for till in (fenced, revoked):
        reply = unpack((await till.ask_token()).content, TokenReply)
        assert reply.scope == "upload"
        till.write(attempt())
        assert (await till.upload()).applied == 1
    response = await revoked.post("/sync/v1/contact", revoked.report())
    assert (response.status_code, problem_of(response)) == (403, "till-revoked")


async def test_a_revoked_till_leases_nothing_from_that_moment_on(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    await till.lease(code)
    async with office.database.network_transaction(office.network) as connection:
        await revoke_till(connection, office.network, till.who.till, actor="test")
    with pytest.raises(Exception, match="403"):
        await till.ask(code)


async def test_a_token_needs_the_tills_own_key(office: Office) -> None:
    till = await office.till()
    assert problem_of(await till.ask_token(key=new_key())) == "unauthenticated"
    stranger = replace(till, who=msgspec.structs.replace(till.who, till=2**60))
    assert problem_of(await stranger.ask_token()) == "unauthenticated"


async def test_enrolment_brings_leases_for_what_can_be_shared(office: Office) -> None:
    plenty = await office.limited_code(100)
    few = await office.limited_code(5)
    single = await office.limited_code(1)
    online = await office.limited_code(100, policy=Policy.ONLINE_ONLY)
    risky = await office.limited_code(100, policy=Policy.ALLOW_WITH_RISK)
    at_home = await office.limited_code(1, home_restaurant_id=office.restaurant)
    elsewhere = await office.limited_code(1, home_restaurant_id=await office.another_restaurant())
    unlimited = await office.code(await office.campaign())
    first = await held(await office.till("Till 1"))
    assert first == {plenty: 16, few: 2, risky: 16, at_home: 1}
    second = await held(await office.till("Till 2"))
    assert second == {plenty: 16, few: 1, risky: 16}
    assert not {single, online, elsewhere, unlimited} & (first.keys() | second.keys())


async def test_a_campaign_that_is_meant_for_other_places_is_not_leased_here(office: Office) -> None:
    other = await office.another_restaurant()
    here = await office.code(await office.campaign(restaurants=(office.restaurant,)), max_uses=8)
    await office.code(await office.campaign(restaurants=(other,)), max_uses=8)
    await office.code(await office.campaign(tills=(999_999,)), max_uses=8)
    assert await held(await office.till("Till 1")) == {here: 4}


async def test_units_are_shared_with_tills_that_have_none_yet(office: Office) -> None:
    tills = [await office.till(f"Till {number}") for number in range(3)]
    code = await office.limited_code(12)
    again = [await held(await office.till(f"Till {number}")) for number in range(3)]
    assert [units[code] for units in again] == [2, 2, 4]
    assert len(tills) == 3


async def test_the_contact_lists_again_what_the_till_does_not_name(office: Office) -> None:
    code = await office.limited_code(100)
    till = await office.till()
    lease = await till.lease(code)
    listed = {read_canonical(signed.body, Grant).lease for signed in (await till.contact()).leases}
    assert lease in listed
    assert len(listed) == 2
    rest = (await till.contact(open_leases=(lease,))).leases
    assert {read_canonical(signed.body, Grant).lease for signed in rest} == listed - {lease}
    till.close(lease, spent=0)
    await till.upload()
    left = {read_canonical(signed.body, Grant).lease for signed in (await till.contact()).leases}
    assert left == listed - {lease}


async def test_the_contact_notes_how_the_till_is(office: Office) -> None:
    till = await office.till()
    till.write(attempt())
    await till.upload()
    reply = await till.contact(oldest_unsettled_ms=5, feed_number=2**62, open_leases=(UUID(int=1),))
    assert (reply.applied, reply.safe, reply.update_needed) == (1, None, False)
    row = (await office.fetch("SELECT last_contact_at, app_version, last_contact FROM tills"))[0]
    assert row["last_contact_at"] is not None
    assert row["app_version"] == "test"
    assert row["last_contact"]["open_leases"] == 1


async def test_a_contact_of_another_life_is_invalid(office: Office) -> None:
    till = await office.till()
    report = msgspec.structs.replace(till.report(), incarnation=2)
    assert problem_of(await till.post("/sync/v1/contact", report)) == "invalid"

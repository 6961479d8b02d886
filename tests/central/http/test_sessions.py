"""Sign-ins that go on, that end, and that notice a copied refresh token."""

from datetime import timedelta

import httpx
import pytest

from sync.central.schema.words import Role
from sync.central.services.sessions import (
    MAX_SESSIONS,
    REPLAY_S,
    Owner,
    end_all,
    forget_sessions,
    open_session,
)
from tests.builders.callers import bearer, guest_signed_in, member, owner_headers, tokens_of
from tests.builders.office import PASSWORD, Office, problem_of

pytestmark = pytest.mark.anyio


async def log_in(office: Office) -> dict[str, str]:
    body = {"email": office.owner_email, "password": PASSWORD}
    answer: dict[str, str] = (
        (await office.client.post("/api/auth/login", json=body)).raise_for_status().json()
    )
    return answer


async def refresh(office: Office, token: str) -> httpx.Response:
    return await office.client.post("/api/auth/refresh", json={"refresh_token": token})


async def me(office: Office, token: str) -> httpx.Response:
    return await office.client.get("/api/auth/me", headers=bearer(token))


async def let_pass(office: Office, seconds: float) -> None:
    """Let the sessions be quiet for so long."""
    await office.execute(
        "UPDATE sessions SET refreshed_at = refreshed_at - $1::interval", timedelta(seconds=seconds)
    )


async def test_a_refresh_gives_the_next_pair_of_the_same_sign_in(office: Office) -> None:
    first = await log_in(office)
    answer = await refresh(office, first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert second["token_type"] == "Bearer"
    assert second["refresh_token"] != first["refresh_token"]
    assert (await me(office, second["access_token"])).json()["role"] == "owner"
    assert await office.value("SELECT count(*) FROM sessions") == 1


async def test_a_lost_answer_may_be_asked_for_again_at_once(office: Office) -> None:
    first = await log_in(office)
    one = (await refresh(office, first["refresh_token"])).json()
    again = (await refresh(office, first["refresh_token"])).json()
    assert (await me(office, again["access_token"])).status_code == 200
    third = await refresh(office, again["refresh_token"])
    assert third.status_code == 200
    await let_pass(office, REPLAY_S + 1)
    assert problem_of(await refresh(office, one["refresh_token"])) == "unauthenticated"


async def test_a_used_refresh_token_that_comes_again_ends_the_whole_sign_in(office: Office) -> None:
    stolen = await log_in(office)
    rightful = (await refresh(office, stolen["refresh_token"])).json()
    await let_pass(office, REPLAY_S + 1)
    assert problem_of(await refresh(office, stolen["refresh_token"])) == "unauthenticated"
    assert problem_of(await me(office, rightful["access_token"])) == "unauthenticated"
    assert problem_of(await refresh(office, rightful["refresh_token"])) == "unauthenticated"
    last = (await office.fetch("SELECT actor, action FROM audit ORDER BY id DESC LIMIT 1"))[0]
    assert tuple(last) == ("system", "session.used_again")


async def test_signing_out_ends_this_sign_in_and_no_other(office: Office) -> None:
    here, there = await log_in(office), await log_in(office)
    gone = await office.client.post("/api/auth/logout", headers=bearer(here["access_token"]))
    assert gone.status_code == 204
    assert problem_of(await me(office, here["access_token"])) == "unauthenticated"
    assert problem_of(await refresh(office, here["refresh_token"])) == "unauthenticated"
    assert (await me(office, there["access_token"])).status_code == 200


async def test_one_sees_ones_own_sign_ins_and_ends_one_of_them(office: Office) -> None:
    here, there = await log_in(office), await log_in(office)
    other = await guest_signed_in(office, await office.guest())
    headers = bearer(here["access_token"])
    listed = (await office.client.get("/api/auth/sessions", headers=headers)).json()
    assert [session["current"] for session in listed] == [False, True]
    path = f"/api/auth/sessions/{listed[0]['id']}"
    assert (await office.client.delete(path, headers=headers)).status_code == 204
    assert problem_of(await me(office, there["access_token"])) == "unauthenticated"
    assert problem_of(await office.client.delete(path, headers=headers)) == "not-found"
    guests = await office.value("SELECT id FROM sessions WHERE guest_id IS NOT NULL")
    assert (
        problem_of(await office.client.delete(f"/api/auth/sessions/{guests}", headers=headers)) == "not-found"
    )
    assert (await me(office, other.access_token)).status_code == 200


async def test_a_sign_in_of_another_network_is_not_there(office: Office) -> None:
    headers = await owner_headers(office)
    nobodys = "00000000-0000-0000-0000-000000000000"
    answer = await office.client.delete(f"/api/auth/sessions/{nobodys}", headers=headers)
    assert problem_of(answer) == "not-found"


async def test_of_too_many_sign_ins_the_quietest_ends(office: Office) -> None:
    cashier = await member(office, Role.CASHIER)
    for _ in range(MAX_SESSIONS):
        async with office.database.network_transaction(office.network) as connection:
            last = await open_session(
                connection, tokens_of(office), office.network, Owner(staff=cashier.staff)
            )
    assert (await me(office, last.access_token)).status_code == 200
    first = await office.client.get("/api/auth/me", headers=cashier.headers)
    assert problem_of(first) == "unauthenticated"
    open_now = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND staff_id = $1"
    assert await office.value(open_now, cashier.staff) == MAX_SESSIONS


async def test_somebody_who_left_cannot_go_on(office: Office) -> None:
    tokens = await log_in(office)
    await office.execute("UPDATE staff SET active = false")
    assert problem_of(await refresh(office, tokens["refresh_token"])) == "unauthenticated"


async def test_a_sign_in_that_was_quiet_too_long_is_over(office: Office) -> None:
    tokens = await log_in(office)
    await office.execute("UPDATE sessions SET expires_at = now() - interval '1 second'")
    assert problem_of(await refresh(office, tokens["refresh_token"])) == "unauthenticated"


async def test_all_sign_ins_but_one_can_be_ended(office: Office) -> None:
    here, there = await log_in(office), await log_in(office)
    session = (await office.client.get("/api/auth/sessions", headers=bearer(here["access_token"]))).json()
    current = next(each["id"] for each in session if each["current"])
    staff = await office.value("SELECT id FROM staff")
    async with office.database.network_transaction(office.network) as connection:
        ended = await end_all(connection, office.network, Owner(staff=staff), why="test", but=current)
    assert ended == 1
    assert (await me(office, here["access_token"])).status_code == 200
    assert problem_of(await me(office, there["access_token"])) == "unauthenticated"


async def test_what_ended_long_ago_is_forgotten_and_what_is_open_is_not(office: Office) -> None:
    await log_in(office)
    await office.execute("UPDATE sessions SET revoked_at = now() - interval '91 days'")
    kept = await log_in(office)
    async with office.database.network_transaction(office.network) as connection:
        await forget_sessions(connection, office.network)
    assert await office.value("SELECT count(*) FROM sessions") == 1
    assert (await me(office, kept["access_token"])).status_code == 200


@pytest.mark.parametrize("body", [{}, {"refresh_token": 5}, {"refresh_token": "x", "more": 1}])
async def test_a_refresh_that_is_none_is_invalid(office: Office, body: dict[str, object]) -> None:
    assert problem_of(await office.client.post("/api/auth/refresh", json=body)) == "invalid"


async def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(office: Office) -> None:
    tokens = await log_in(office)
    assert problem_of(await refresh(office, tokens["access_token"])) == "unauthenticated"
    assert problem_of(await me(office, tokens["refresh_token"])) == "unauthenticated"


async def test_a_guest_is_known_as_a_guest_and_as_whom_they_turned_out_to_be(office: Office) -> None:
    kept, twice = await office.guest(), await office.guest("Ada again")
    signed_in = await guest_signed_in(office, twice)
    seen = (await me(office, signed_in.access_token)).json()
    assert seen == {"network": office.network, "guest": twice, "role": "guest"}
    await office.execute("UPDATE guests SET merged_into = $1 WHERE id = $2", kept, twice)
    assert (await me(office, signed_in.access_token)).json()["guest"] == kept
    assert (await refresh(office, signed_in.refresh_token)).status_code == 200

"""People: signing in, and tokens of each kind."""

import time
from typing import Any

import httpx
import jwt
import pytest

from tests.builders.bounded import RATES
from tests.builders.office import PASSWORD, Office, problem_of

pytestmark = pytest.mark.anyio


async def log_in(office: Office, email: str, password: str = PASSWORD) -> httpx.Response:
    return await office.client.post("/api/auth/login", json={"email": email, "password": password})


async def ask_me(office: Office, token: str) -> httpx.Response:
    return await office.client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


async def test_the_owner_signs_in_and_is_known(office: Office) -> None:
    response = await log_in(office, f"  {office.owner_email.upper()} ")
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 7 * 24 * 3600)
    me = await ask_me(office, body["access_token"])
    assert me.json()["role"] == "owner"
    assert me.json()["network"] == office.network


async def test_a_wrong_password_and_an_unknown_address_look_the_same(office: Office) -> None:
    wrong = await log_in(office, office.owner_email, "another password")
    unknown = await log_in(office, "nobody@example.com")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert problem_of(wrong) == "unauthenticated"


@pytest.mark.expects_log("somebody guesses: wrong_logins_account")
async def test_guessing_a_password_is_bounded_even_for_the_right_one(office: Office) -> None:
    for _ in range(RATES.wrong_logins_account.limit):
        assert (await log_in(office, office.owner_email, "guess guess")).status_code == 401
    response = await log_in(office, office.owner_email)
    assert problem_of(response) == "too-many-requests"
    assert int(response.headers["retry-after"]) > 0


async def test_somebody_who_left_is_out_at_once(office: Office) -> None:
    token = (await log_in(office, office.owner_email)).json()["access_token"]
    await office.execute("UPDATE staff SET active = false")
    assert problem_of(await ask_me(office, token)) == "unauthenticated"
    assert problem_of(await log_in(office, office.owner_email)) == "unauthenticated"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"email":"a"}', b'{"email":5,"password":"x"}', b"\xff\xfe", b'{"email":"\\ud800"}'],
)
async def test_a_login_that_is_none_is_invalid_and_is_not_quoted(office: Office, body: bytes) -> None:
    response = await office.client.post(
        "/api/auth/login", content=body, headers={"Content-Type": "application/json"}
    )
    assert problem_of(response) == "invalid"


async def test_what_was_typed_is_never_quoted_back(office: Office) -> None:
    response = await office.client.post("/api/auth/login", json={"email": "secret-mail", "password": 12345})
    assert problem_of(response) == "invalid"
    assert "secret-mail" not in response.text
    assert "12345" not in response.text


async def test_a_huge_login_is_too_large(office: Office) -> None:
    assert problem_of(await log_in(office, "a@b.c", "x" * 50_000)) == "too-large"


@pytest.mark.parametrize("length", [0, 2_000])
async def test_a_password_of_odd_length_is_just_wrong(office: Office, length: int) -> None:
    assert problem_of(await log_in(office, office.owner_email, "x" * length)) == "unauthenticated"


def forge(
    office: Office, claims: dict[str, Any], *, key: bytes | None = None, algorithm: str = "HS256"
) -> str:
    return jwt.encode(claims, key or office.secrets.jwt_key, algorithm=algorithm)


async def test_only_exact_claims_under_our_key_are_a_till(office: Office) -> None:
    till = await office.till()
    soon = int(time.time()) + 600
    good = {
        "aud": "till",
        "net": office.network,
        "till": till.who.till,
        "inc": 1,
        "scope": "all",
        "exp": soon,
    }
    path = "/sync/v1/snapshot"
    assert (await office.get(path, token=forge(office, good))).status_code == 200
    bad = [
        forge(office, {**good, "exp": int(time.time()) - 1}),
        forge(office, {**good, "aud": "staff"}),
        forge(office, {**good, "aud": ["till", "staff"]}),
        forge(office, {**good, "extra": 1}),
        forge(office, {**good, "inc": "1"}),
        forge(office, {**good, "scope": "other"}),
        forge(office, {name: value for name, value in good.items() if name != "exp"}),
        forge(office, {name: value for name, value in good.items() if name != "net"}),
        forge(office, good, key=b"another key of thirty-two bytes!"),
        forge(office, good, algorithm="HS512", key=office.secrets.jwt_key * 2),
        jwt.encode(good, "", algorithm="none"),
        forge(office, {**good, "till": till.who.till + 999}),
        "no token",
        "x" * 10_000,
        "",
    ]
    for token in bad:
        assert problem_of(await office.get(path, token=token)) == "unauthenticated"


async def test_a_token_for_one_purpose_is_none_for_another(office: Office) -> None:
    till = await (await office.till()).signed_in()
    staff = (await log_in(office, office.owner_email)).json()["access_token"]
    assert problem_of(await ask_me(office, till)) == "unauthenticated"
    assert problem_of(await office.get("/sync/v1/snapshot", token=staff)) == "unauthenticated"
    assert problem_of(await office.get("/sync/v1/snapshot")) == "unauthenticated"
    assert problem_of(await office.get(f"/latest?key={staff}")) == "unauthenticated"

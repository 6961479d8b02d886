"""Everybody who may knock at the office: staff of each role, guests and programs, each with a good token."""

from dataclasses import dataclass
from typing import Any

import httpx

from sync.central.schema.words import Role
from sync.central.services.sessions import LoggedIn, Owner, open_session
from sync.central.services.staff import NewStaff, create_staff
from sync.central.services.tokens import Tokens
from tests.builders.office import PASSWORD, Office


def tokens_of(office: Office) -> Tokens:
    return Tokens(office.secrets.jwt_key, office.secrets.link_key, office.database.clock)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Member:
    """Somebody who works here: number, and the headers of a request by them."""

    staff: int
    email: str
    headers: dict[str, str]


async def member(office: Office, role: Role, name: str = "") -> Member:
    """Hire somebody who can sign in by e-mail and password, and sign them in (without waiting for argon2 twice)."""
    email = f"{name or role.value}-{office.network}@example.com"
    async with office.database.network_transaction(office.network) as connection:
        new = NewStaff(name=name or role.value, role=role, email=email, password=PASSWORD)
        made = await create_staff(connection, office.network, office.secrets, new)
        opened = await open_session(connection, tokens_of(office), office.network, Owner(staff=made.staff_id))
    return Member(made.staff_id, email, bearer(opened.access_token))


async def guest_signed_in(office: Office, guest: int) -> LoggedIn:
    async with office.database.network_transaction(office.network) as connection:
        return await open_session(connection, tokens_of(office), office.network, Owner(guest=guest))


async def guest_token(office: Office, guest: int | None = None) -> str:
    return (await guest_signed_in(office, guest or await office.guest())).access_token


async def owner_headers(office: Office) -> dict[str, str]:
    """The owner, signed in."""
    staff = await office.value("SELECT id FROM staff WHERE role = 'owner' ORDER BY id LIMIT 1")
    async with office.database.network_transaction(office.network) as connection:
        opened = await open_session(connection, tokens_of(office), office.network, Owner(staff=staff))
    return bearer(opened.access_token)


async def key_headers(office: Office, *scopes: str) -> dict[str, str]:
    """A program with these scopes."""
    made = await office.client.post(
        "/api/keys", json={"name": "Shop", "scopes": list(scopes)}, headers=await owner_headers(office)
    )
    return bearer(made.raise_for_status().json()["key"])


async def call(
    office: Office, method: str, path: str, headers: dict[str, str], body: Any = None
) -> httpx.Response:
    """Send a JSON request."""
    return await office.client.request(method, path, headers=headers, json=body)

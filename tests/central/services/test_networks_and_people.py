import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from sync.central.database import connected
from sync.central.schema.words import Role
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.networks import MadeBy, create_network, require_network, switch_referral
from sync.central.services.products import MAX_PRODUCTS, put_products
from sync.central.services.restaurants import create_restaurant
from sync.central.services.staff import NewStaff, create_staff, login_digest
from sync.central.services.tills import revoke_till, till_named
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Product, SettingsRow, StaffRow
from sync.rules.user_error import UserError
from tests.builders.central_world import PASSWORD, SECRETS, OfficeWorld, in_office


def run(dsn: str, work: Callable[[OfficeWorld], Awaitable[None]]) -> None:
    asyncio.run(in_office(dsn, work))


async def refusal(awaited: Awaitable[object]) -> str:
    with pytest.raises(UserError) as caught:
        await awaited
    return caught.value.reason


async def staff(world: OfficeWorld, **fields: object) -> object:
    new = msgspec.convert({"name": "Casey", "role": "cashier", **fields}, NewStaff)
    async with world.database.network_transaction(world.network_id) as connection:
        return await create_staff(connection, world.network_id, world.secrets, new)


async def newest(world: OfficeWorld, tab: str) -> bytes:
    rows = await world.fetch("SELECT row FROM outbox WHERE tab = $1 ORDER BY id DESC LIMIT 1", tab)
    return bytes(rows[0]["row"])


def test_a_new_network_has_an_owner_who_can_sign_in_and_five_tiers(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        (owner,) = await world.fetch("SELECT * FROM staff WHERE id = $1", world.owner_id)
        assert owner["role"] == Role.OWNER
        assert owner["password_hash"].startswith("$argon2id$")
        assert world.owner_email.encode() not in owner["email_cipher"]
        async with world.database.directory_transaction() as connection:
            login = await connection.fetchrow(
                "SELECT * FROM logins WHERE email_digest = $1",
                login_digest(SECRETS, f" {world.owner_email.upper()} "),
            )
        assert (login["network_id"], login["staff_id"]) == (world.network_id, world.owner_id)
        (network,) = await world.fetch("SELECT tiers FROM networks")
        assert [(tier["name"], tier["percent_bp"]) for tier in network["tiers"]] == [
            ("BRONZE", 500),
            ("SILVER", 1000),
            ("GOLD", 1500),
            ("PLATINUM", 2000),
            ("VIP", 2500),
        ]

    run(central_dsn, work)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "  "}, "name_unfit"),
        ({"name": "x" * 201}, "name_unfit"),
        ({"name": "a\x00b"}, "name_unfit"),
        ({"owner_email": "nobody"}, "email_unfit"),
        ({"password": "short"}, "password_unfit"),
        ({"currency": "EURO"}, "currency_unknown"),
        ({"zone": "Mars/Olympus"}, "zone_unknown"),
    ],
)
def test_a_network_that_cannot_be_is_refused_whole(
    central_dsn: str, fields: dict[str, str], reason: str
) -> None:
    async def work() -> None:
        async with connected(central_dsn) as database:
            before = await database.network_ids()
            given: dict[str, Any] = {
                "name": "Chain",
                "owner_email": "fresh@example.com",
                "password": PASSWORD,
                **fields,
            }
            assert await refusal(create_network(database, SECRETS, **given)) == reason
            assert await database.network_ids() == before

    asyncio.run(work())


class Maker(NamedTuple):
    """Whoever makes a network, from another one."""

    network: int
    name: str | None

    @property
    def actor(self) -> str:
        if self.name is None:
            message = "the log cannot say who that is"
            raise LookupError(message)
        return self.name


def test_a_network_is_made_with_its_entries_in_both_logs_or_not_at_all(central_dsn: str) -> None:
    async def make(world: OfficeWorld, maker: Maker) -> int:
        made = await create_network(
            world.database,
            SECRETS,
            name="Made",
            owner_email=f"made-from-{world.network_id}@example.com",
            password=PASSWORD,
            by=MadeBy("platform:1", maker),
        )
        return made.network_id

    async def work(world: OfficeWorld) -> None:
        before = await world.database.network_ids()
        with pytest.raises(LookupError):
            await make(world, Maker(world.network_id, None))
        assert await world.database.network_ids() == before
        made = await make(world, Maker(world.network_id, "staff:1"))
        for network, actor in ((world.network_id, "staff:1"), (made, "platform:1")):
            async with world.database.network_transaction(network) as connection:
                (entry,) = await connection.fetch("SELECT actor, action, subject FROM audit")
            assert tuple(entry) == (actor, "network.create", f"network:{made}")

    run(central_dsn, work)


def test_an_address_signs_in_to_one_network_only(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        again = create_network(
            world.database, SECRETS, name="Other", owner_email=world.owner_email.upper(), password=PASSWORD
        )
        assert await refusal(again) == "email_taken"

    run(central_dsn, work)


def test_an_unknown_network_is_said(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        assert await refusal(require_network(world.database, 987_654_321)) == "unknown_network"
        await require_network(world.database, world.network_id)

    run(central_dsn, work)


def test_a_restaurant_travels_to_the_tills_with_the_settings(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            second = await create_restaurant(connection, world.network_id, name=" Café ", zone="Asia/Kolkata")
        settings = msgspec.msgpack.decode(await newest(world, "settings"), type=SettingsRow)
        assert settings.restaurants == {world.restaurant_id: "Harbour", second: "Café"}

    run(central_dsn, work)


def test_referral_codes_are_off_until_switched_on_and_the_tills_are_told(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        for switches in ({}, {"enabled": True}, {"enabled": True, "required": True}, {"enabled": False}):
            if switches:
                async with world.database.network_transaction(world.network_id) as connection:
                    await switch_referral(connection, world.network_id, **switches)
            settings = msgspec.msgpack.decode(await newest(world, "settings"), type=SettingsRow)
            told = (settings.referral_enabled, settings.referral_required)
            assert told == (switches.get("enabled", False), switches.get("required", False))

    run(central_dsn, work)


def test_changing_the_settings_waits_for_nobody_who_writes_at_the_same_time(central_dsn: str) -> None:
    """An import of codes holds what it refers to; it may take minutes, and no till may stand still behind them both."""

    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as importing:
            await create_guest(importing, world.network_id, world.secrets, NewGuest(name="Ada"))
            async with world.database.network_transaction(world.network_id) as connection:
                await connection.execute("SET LOCAL lock_timeout = '1s'")
                await switch_referral(connection, world.network_id, enabled=True)

    run(central_dsn, work)


def test_the_same_name_is_the_same_till(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            again = await till_named(connection, world.network_id, world.restaurant_id, "Bar")
            other = await till_named(connection, world.network_id, world.restaurant_id, "Terrace")
        assert again == world.till_id
        assert other != world.till_id

    run(central_dsn, work)


def test_revoking_a_till_is_done_once_and_audited(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            assert await revoke_till(connection, world.network_id, world.till_id, actor="test") is True
            assert await revoke_till(connection, world.network_id, world.till_id, actor="test") is False
        (till,) = await world.fetch("SELECT status FROM tills WHERE id = $1", world.till_id)
        assert till["status"] == "revoked"
        assert len(await world.fetch("SELECT 1 FROM audit WHERE action = 'till.revoke'")) == 1

    run(central_dsn, work)


def test_staff_travel_with_hashes_only(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        made = await staff(world, pin="1234", new_badge=True)
        row = msgspec.msgpack.decode(await newest(world, "staff"), type=StaffRow)
        assert row.pin_hash is not None
        assert row.pin_hash.startswith("$argon2id$")
        badge = made.badge  # type: ignore[attr-defined] # a CreatedStaff
        key = SECRETS.digest_key(world.network_id)
        assert row.badge_digest == keyed_digest(key, Subject.BADGE, badge)
        assert badge.encode() not in await newest(world, "staff")

    run(central_dsn, work)


def test_people_who_cannot_be_told_apart_are_refused(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        await staff(world, pin="1234", badge="BADGE-ONE", email="casey@example.com")
        assert await refusal(staff(world, pin="1234")) == "pin_taken"
        assert await refusal(staff(world, badge="BADGE-ONE")) == "badge_taken"
        assert await refusal(staff(world, email="Casey@Example.com")) == "email_taken"
        assert await refusal(staff(world, pin="12")) == "pin_unfit"
        assert await refusal(staff(world, pin="abcd")) == "pin_unfit"
        assert await refusal(staff(world, pin="١٢٣٤")) == "pin_unfit"
        assert await refusal(staff(world, name=" ")) == "name_unfit"
        assert len(await world.fetch("SELECT 1 FROM staff")) == 2

    run(central_dsn, work)


def test_products_are_replaced_by_their_item(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            await put_products(
                connection, world.network_id, [Product(item="TEA", name="Tea", price_minor=300)]
            )
            await put_products(
                connection, world.network_id, [Product(item="TEA", name="Pot of tea", price_minor=450)]
            )
        settings = msgspec.msgpack.decode(await newest(world, "settings"), type=SettingsRow)
        assert settings.products == (Product(item="TEA", name="Pot of tea", price_minor=450),)

    run(central_dsn, work)


def test_a_catalogue_too_large_for_a_till_is_refused(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        many = [Product(item=f"I{n}", name="x", price_minor=1) for n in range(MAX_PRODUCTS + 1)]
        async with world.database.network_transaction(world.network_id) as connection:
            assert await refusal(put_products(connection, world.network_id, many)) == "too_many_products"

    run(central_dsn, work)

"""What the office offers for points, and the vouchers that guests carry: in the rows that every till gets."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.rewards import MAX_REWARD_POINTS, MAX_REWARDS, put_reward
from sync.central.services.wallets import MAX_CARRIED, carry, drop
from sync.protocol.feed import GuestRow, SettingsRow
from sync.rules.rewards import Reward
from sync.rules.user_error import UserError
from tests.builders.central_world import SECRETS, OfficeWorld, in_office

Change = Callable[..., Awaitable[tuple[int, ...]]]

COFFEE = Reward(
    id=0, name=" Free  espresso ", points=50, item="ESPRESSO", tiers=("GOLD",), ends_on="2030-12-31"
)


def run(dsn: str, work: Callable[[OfficeWorld], Awaitable[None]]) -> None:
    asyncio.run(in_office(dsn, work))


async def put(world: OfficeWorld, reward: Reward) -> int:
    async with world.database.network_transaction(world.network_id) as connection:
        return await put_reward(connection, world.network_id, reward)


async def refusal(awaited: Awaitable[object]) -> str:
    with pytest.raises(UserError) as caught:
        await awaited
    return caught.value.reason


async def newest(world: OfficeWorld, tab: str) -> bytes:
    rows = await world.fetch("SELECT row FROM outbox WHERE tab = $1 ORDER BY id DESC LIMIT 1", tab)
    return bytes(rows[0]["row"])


def test_a_reward_travels_in_the_settings_and_is_replaced_by_its_id(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        number = await put(world, COFFEE)
        settings = msgspec.msgpack.decode(await newest(world, "settings"), type=SettingsRow)
        assert settings.rewards == (
            Reward(
                id=number,
                name="Free espresso",
                points=50,
                item="ESPRESSO",
                tiers=("GOLD",),
                ends_on="2030-12-31",
            ),
        )
        assert await put(world, Reward(id=number, name="Espresso", points=60, active=False)) == number
        settings = msgspec.msgpack.decode(await newest(world, "settings"), type=SettingsRow)
        assert settings.rewards == (Reward(id=number, name="Espresso", points=60, active=False),)

    run(central_dsn, work)


def test_what_is_no_reward_is_refused(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        for unfit in (
            Reward(id=0, name=" ", points=5),
            Reward(id=0, name="Tea", points=0),
            Reward(id=0, name="Tea", points=-5),
            Reward(id=0, name="Tea", points=MAX_REWARD_POINTS + 1),
            Reward(id=0, name="Tea", points=5, ends_on="tomorrow"),
        ):
            assert await refusal(put(world, unfit)) == "reward_unfit"
        assert await refusal(put(world, Reward(id=77, name="Tea", points=5))) == "reward_unknown"
        async with world.database.network_transaction(world.network_id) as connection:
            await connection.execute(
                "INSERT INTO rewards (network_id, name, points) SELECT $1, 'x', 1 FROM generate_series(1, $2::int)",
                world.network_id,
                MAX_REWARDS,
            )
        assert await refusal(put(world, COFFEE)) == "too_many_rewards"

    run(central_dsn, work)


def test_a_voucher_goes_into_a_wallet_once_and_out_again_and_the_tills_hear_of_it(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        texts = [f"GIFT-{number:03}" for number in range(MAX_CARRIED + 1)]
        codes = [code or 0 for code in await world.codes(await world.campaign(), *texts)]
        async with world.database.network_transaction(world.network_id) as connection:
            made = await create_guest(connection, world.network_id, SECRETS, NewGuest(name="Anna"))

        async def change(code: int, how: Change = carry, guest: int = made.guest_id) -> tuple[int, ...]:
            async with world.database.network_transaction(world.network_id) as connection:
                return await how(connection, world.network_id, SECRETS, guest, code)

        assert await refusal(change(0)) == "code_unknown"
        assert await refusal(change(codes[0], guest=made.guest_id + 9_000)) == "guest_unknown"
        assert await change(codes[1]) == (codes[1],)
        assert await change(codes[0]) == (codes[1], codes[0])
        assert await change(codes[1]) == (codes[1], codes[0])
        row = msgspec.msgpack.decode(await newest(world, "guest"), type=GuestRow)
        assert (row.name, row.wallet) == ("Anna", (codes[1], codes[0]))
        assert await change(codes[1], drop) == (codes[0],)
        row = msgspec.msgpack.decode(await newest(world, "guest"), type=GuestRow)
        assert row.wallet == (codes[0],)
        for code in codes[1:MAX_CARRIED]:
            await change(code)
        assert await refusal(change(codes[MAX_CARRIED])) == "wallet_full"

    run(central_dsn, work)

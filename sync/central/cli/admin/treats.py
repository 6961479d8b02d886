"""`put-reward` and `carry-voucher`: what guests may have for points, and the vouchers that they carry."""

import argparse

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.services import audit
from sync.central.services.networks import require_network
from sync.central.services.rewards import put_reward as put
from sync.central.services.wallets import carry, drop
from sync.rules.rewards import Reward


async def put_reward(office: Office, options: argparse.Namespace) -> None:
    """Add or replace a reward and print ``{"reward_id"}``."""
    await require_network(office.database, options.network)
    reward = Reward(
        id=options.id,
        name=options.name,
        points=options.points,
        item=options.item,
        active=options.active == "yes",
        tiers=tuple(options.tier),
        starts_on=options.starts_on,
        ends_on=options.ends_on,
    )
    async with office.database.network_transaction(options.network) as connection:
        reward_id = await put(connection, options.network, reward)
        await audit.record(
            connection,
            options.network,
            actor=ACTOR,
            action="reward.put",
            subject=f"reward:{reward_id}",
            detail={"name": options.name, "points": options.points, "active": reward.active},
        )
    say({"reward_id": reward_id})


async def carry_voucher(office: Office, options: argparse.Namespace) -> None:
    """Put a voucher into a guest's wallet, or take it out, and print ``{"guest_id", "wallet"}``."""
    await require_network(office.database, options.network)
    change = drop if options.drop else carry
    async with office.database.network_transaction(options.network) as connection:
        wallet = await change(connection, options.network, office.secrets, options.guest, options.code_id)
        await audit.record(
            connection,
            options.network,
            actor=ACTOR,
            action="wallet.drop" if options.drop else "wallet.carry",
            subject=f"guest:{options.guest}",
            detail={"code_id": options.code_id},
        )
    say({"guest_id": options.guest, "wallet": list(wallet)})

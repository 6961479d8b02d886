"""Uses of codes without a till, at the office itself: the web shop has no journal, and asks again when it hears nothing."""

import random
from uuid import UUID

import asyncpg

from sync.central.services.loyalty.gains import redeem_with_gains_alone
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.refusal import Refusal
from sync.rules.sale import Basket, Line
from tests.simulation.central_host import CentralCrash
from tests.simulation.registry import step
from tests.simulation.world import World

MAX_ASKED = 3


@step("shop: uses a code", weight=5)
def uses(world: World, chance: random.Random) -> str | None:
    """From the limits that tills lease of, while tills use the same codes; the answer may be lost, and is asked for again."""
    code = chance.choice(world.office.codes)
    guest = chance.choice((None, *world.office.guests))
    operation = UUID(int=chance.getrandbits(128), version=4)
    asked = Asked(
        network=world.office.network,
        caller="key:1",
        operation=operation,
        code=code.text,
        guest=None if guest is None else guest.id,
        basket=Basket(currency="EUR", lines=(Line(amount_minor=chance.choice((900, 5000))),)),
        restaurant=chance.choice((None, *world.office.restaurants)),
    )
    world.shop[operation] = asked
    for _ in range(MAX_ASKED):
        answer = _ask(world, asked)
        if answer is not None and chance.random() < 0.7:
            break
    world.note("uses without a till asked for")
    return f"the shop asks for {code.text}: {'no answer' if answer is None else answer.reason}"


@step("shop: asks once more", weight=2)
def again(world: World, chance: random.Random) -> str | None:
    """Days later, when others have used what was left: the answer is the same for ever."""
    known = [operation for operation in world.shop if operation not in world.shop_forgotten]
    if not known:
        return None
    asked = world.shop[chance.choice(known)]
    answer = _ask(world, asked)
    return f"the shop asks once more for {asked.code}: {'no answer' if answer is None else answer.reason}"


def forget_what_is_gone(world: World) -> None:
    """Note what central has forgotten since it was put back: who has no journal cannot tell it once more.

    What it has forgotten once it knows again when it is put back to a newer copy.
    """
    known = {
        row["event"]
        for row in world.host.rows(
            """SELECT event FROM redemptions WHERE network_id = $1 AND request IS NOT NULL
            UNION SELECT event FROM attempts WHERE network_id = $1 AND request IS NOT NULL""",
            world.office.network,
        )
    }
    world.shop_forgotten = world.shop.keys() - known


def _ask(world: World, asked: Asked) -> Redeemed | None:
    try:
        answer = world.host.run_fragile(
            redeem_with_gains_alone(world.host.database, world.host.secrets, asked)
        )
    except CentralCrash as crash:
        world.note(f"central crash {crash}")
        world.host.restart()
        return None
    except (Refusal, asyncpg.LockNotAvailableError):
        return None
    finally:
        # What central holds may be another than it was.
        world.host.requests += 1
    before = world.shop_heard.setdefault(asked.operation, answer.reason)
    if before != answer.reason:
        world.contradicted.append(f"the shop was told {before} of {asked.code}, and then {answer.reason}")
    return answer

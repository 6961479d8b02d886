"""Central is put back to before a guest registered; what a till holds for them is listed before or after they come again."""

from collections.abc import Iterator

import pytest

from sync.central.postgres.server import RunningServer
from sync.protocol.leases import LimitKind, SignedGrant
from tests.builders.office import Office, TillPen
from tests.builders.put_back import PutBack, put_back_world
from tests.builders.registration import Registered, register, upload

PHONE = "+4915112345678"
ALLOWED = 2


@pytest.fixture
def world(postgres_server: RunningServer) -> Iterator[PutBack]:
    with put_back_world(postgres_server) as made:
        yield made
        made.do(lambda office: office.check_equation())


class Till:
    """One till with a campaign of which each guest has two uses; a guest registers there after the backup."""

    def __init__(self, world: PutBack) -> None:
        async def make(office: Office) -> tuple[int, int, TillPen, TillPen]:
            campaign = await office.campaign(max_uses_per_guest=ALLOWED)
            return campaign.id, await office.code(campaign), await office.till(), await office.till("Till 2")

        self.campaign, self.code, self.pen, self.other = world.do(make)

    async def registers(self, held: int) -> tuple[Registered, SignedGrant]:
        """Register a guest and hold this many uses for them."""
        ada = register(self.pen, "Ada", phone=PHONE)
        await upload(self.pen, ada)
        reply = await self.pen.ask(self.campaign, kind=LimitKind.GUEST_USES, guest=ada.guest, units=held)
        assert reply.grant is not None
        return ada, reply.grant

    async def comes_again(self, ada: Registered, held: SignedGrant, *, listed_first: bool) -> None:
        if listed_first:
            await self.pen.contact(grants=(held,))
        await upload(self.pen, ada)
        if not listed_first:
            await self.pen.contact(grants=(held,))

    async def uses(self, guest: int) -> int:
        """Ask for uses one by one; return how many there were."""
        number = 0
        while (await self.other.ask(self.campaign, kind=LimitKind.GUEST_USES, guest=guest)).grant is not None:
            number += 1
        return number


@pytest.mark.parametrize("listed_first", [True, False])
@pytest.mark.parametrize(("held", "used"), [(1, 0), (2, 0), (1, 1), (2, 1)])
def test_uses_held_for_a_registration_are_those_of_the_guest_who_was_there_first(
    world: PutBack, *, listed_first: bool, held: int, used: int
) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        again, grant = world.do(lambda _: till.registers(held))
        backup.put_back()

        async def heal(office: Office) -> None:
            ada = await office.guest("Ada", phone=PHONE)
            for _ in range(used):
                lease = await till.other.lease(till.campaign, kind=LimitKind.GUEST_USES, guest=ada)
                till.other.redeem(till.code, guest_id=ada, campaign_id=till.campaign, lease=lease)
                await till.other.upload()
            await till.comes_again(again, grant, listed_first=listed_first)
            assert await till.uses(ada) == max(0, ALLOWED - held - used)
            exposed = await office.value("SELECT sum(exposure) FROM limits WHERE kind = 'guest_uses'")
            assert exposed == max(0, held + used - ALLOWED)
            assert not exposed or "granted_twice" in await office.cases()

        world.do(heal)


def test_a_guest_whose_uses_were_listed_before_they_came_again_has_the_others_still(world: PutBack) -> None:
    till = Till(world)
    with world.backed_up() as backup:
        ada, grant = world.do(lambda _: till.registers(1))
        backup.put_back()

        async def heal(_: Office) -> None:
            await till.comes_again(ada, grant, listed_first=True)
            assert await till.uses(ada.guest) == 1

        world.do(heal)


def test_a_number_that_is_another_guests_has_no_limit_of_its_own(world: PutBack) -> None:
    till = Till(world)

    async def asks(office: Office) -> None:
        ada = await office.guest("Ada", phone=PHONE)
        again = register(till.pen, "Ada", phone=PHONE)
        await upload(till.pen, again)
        assert await till.uses(again.guest) == 0
        assert not await office.fetch("SELECT 1 FROM limits WHERE guest = $1", again.guest)
        assert await till.uses(ada) == ALLOWED

    world.do(asks)

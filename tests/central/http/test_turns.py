"""Uploads that come at once are booked a few at a time, in the order in which they came."""

import asyncio

import pytest

from sync.central.http.gate import Gate
from sync.central.http.turns import Turns
from sync.central.services.refusal import Refusal
from tests.builders.office import attempt, new_office, problem_of, serving

pytestmark = pytest.mark.anyio


async def test_turns_are_taken_in_the_order_of_asking() -> None:
    turns, order = Turns(2), []

    async def upload(number: int) -> None:
        async with turns.turn():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(upload(number) for number in range(20)))
    assert order == list(range(20))


async def test_no_more_than_the_limit_work_at_once() -> None:
    turns, inside, most = Turns(3), 0, 0

    async def upload() -> None:
        nonlocal inside, most
        async with turns.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(upload() for _ in range(20)))
    assert (most, inside) == (3, 0)


async def test_who_waits_too_long_is_told_to_come_later_and_the_turn_is_not_lost() -> None:
    turns = Turns(1, wait_s=0)
    async with turns.turn():
        with pytest.raises(Refusal, match="still handing over"):
            async with turns.turn():
                pass
    async with turns.turn():
        pass


async def test_a_failed_upload_gives_its_turn_back() -> None:
    turns = Turns(1, wait_s=0)
    with pytest.raises(RuntimeError, match="broken"):
        async with turns.turn():
            raise RuntimeError("broken")
    async with turns.turn():
        pass


async def test_beyond_the_limit_of_uploads_the_office_says_later_and_other_requests_go_on(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(central_dsn) as (app, client):
        office = await new_office(app, client)
        till = await office.till()
        till.enrolled()
        till.write(attempt())
        await till.signed_in()
        gate = next(layer for layer in app.middleware if isinstance(layer, Gate))
        monkeypatch.setattr("sync.central.http.gate.MAX_UPLOADS", 0)
        refused = await till.send()
        assert (refused.status_code, problem_of(refused)) == (503, "busy")
        await till.contact()
        monkeypatch.undo()
        assert (await till.upload()).applied == 2
        assert gate._uploads == 0

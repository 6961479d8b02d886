"""The watermark ``safe``: only what a stored backup certainly holds."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from sync.central.postgres.server import RunningServer
from sync.central.schema.words import BackupRule
from sync.central.services.backups import choose_rule, follow_archive, note_backup, set_mark
from sync.rules.user_error import UserError
from tests.builders.office import Office, attempt, new_office, serving
from tests.builders.postgres import fresh_database


def in_an_office(server: RunningServer, work: Callable[[Office], Awaitable[None]]) -> None:
    """Serve a database of its own: marks belong to the whole installation."""

    async def serve(dsn: str) -> None:
        async with serving(dsn, max_connections=4) as running:
            await work(await new_office(*running))

    with fresh_database(server) as dsn:
        asyncio.run(serve(dsn))


def test_without_a_backup_nothing_is_safe(postgres_server: RunningServer) -> None:
    async def work(office: Office) -> None:
        till = await office.till()
        till.write(attempt())
        mark = await set_mark(office.database)
        with pytest.raises(UserError) as refused:
            await note_backup(office.database, mark.number)
        assert refused.value.reason == "backup_rule"
        assert (await till.upload()).safe is None

    in_an_office(postgres_server, work)


def test_safe_is_what_was_held_when_the_mark_was_set_and_not_what_came_while_the_backup_ran(
    postgres_server: RunningServer,
) -> None:
    async def work(office: Office) -> None:
        await choose_rule(office.database, BackupRule.MANUAL)
        till = await office.till()
        till.write(attempt())
        await till.upload()
        mark = await set_mark(office.database)
        till.write(attempt())
        assert (await till.upload()).safe is None
        await note_backup(office.database, mark.number)
        till.write(attempt())
        ack = await till.upload()
        assert (ack.applied, ack.safe) == (3, 1)
        reply = await till.contact()
        assert reply.safe == 1
        assert [(life.applied, life.safe) for life in reply.lives] == [(3, 1)]

    in_an_office(postgres_server, work)


def test_a_mark_that_another_followed_is_not_noted(postgres_server: RunningServer) -> None:
    async def work(office: Office) -> None:
        await choose_rule(office.database, BackupRule.MANUAL)
        older = await set_mark(office.database)
        await set_mark(office.database)
        with pytest.raises(UserError) as refused:
            await note_backup(office.database, older.number)
        assert refused.value.reason == "mark_unknown"

    in_an_office(postgres_server, work)


def test_giving_backups_up_takes_the_word_back(postgres_server: RunningServer) -> None:
    async def work(office: Office) -> None:
        await choose_rule(office.database, BackupRule.MANUAL)
        till = await office.till()
        till.write(attempt())
        await till.upload()
        await note_backup(office.database, (await set_mark(office.database)).number)
        assert (await till.contact()).safe == 1
        await choose_rule(office.database, BackupRule.NONE)
        assert (await till.contact()).safe is None

    in_an_office(postgres_server, work)


def test_a_server_that_archives_nothing_makes_nothing_safe(postgres_server: RunningServer) -> None:
    async def work(office: Office) -> None:
        await choose_rule(office.database, BackupRule.ARCHIVE)
        till = await office.till()
        till.write(attempt())
        await till.upload()
        for _ in range(3):
            assert not await follow_archive(office.database)
        assert (await till.contact()).safe is None

    in_an_office(postgres_server, work)

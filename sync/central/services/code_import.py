"""Importing a file of codes: what is good is made, what is bad is told by its line; all of it at once, or nothing.

One transaction holds the codes, their campaigns, what the tills hear and the entry in the audit log. Whatever ends it
before its commit (somebody calls it off, a process or PostgreSQL is killed, a statement takes too long) leaves nothing,
and the file is begun again as if for the first time. That is bounded: ``LINES_AT_ONCE`` in each statement, which
has the time of every statement, and ``MAX_LINES`` in all. Other writers of the network go on meanwhile; only who
makes a code that the file has just named waits for the file, as long as anybody waits for a lock.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.audit import record
from sync.central.services.campaigns import campaigns_named, create_campaign
from sync.central.services.code_file import BadLine, CodeLine
from sync.central.services.codes import NewCode, create_codes
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Campaign, Policy
from sync.rules.normalise import fold
from sync.rules.user_error import UserError

LINES_AT_ONCE = 2_000
MAX_LINES = 5_000_000
"""Lines of one file: five times as many codes as a till is made for."""
_LOCK_CLASS = 0x43_53_49

_Key = tuple[str, str, Policy | None]


class Imported(NamedTuple):
    """How many codes were made, what was refused, and which campaigns were made for them."""

    codes: int
    bad: list[BadLine]
    campaigns: list[Campaign]


class Taking(NamedTuple):
    """Into which network a file is taken, how its campaigns reckon, and who does it (the audit log's word)."""

    network: int
    zone: str
    currency: str
    actor: str


def _nobody_hears(_lines: int) -> None:
    return None


async def import_codes(
    database: Database,
    secrets: Secrets,
    taking: Taking,
    lines: Iterator[CodeLine | BadLine],
    *,
    on_bad: Callable[[BadLine], None],
    on_progress: Callable[[int], None] = _nobody_hears,
) -> Imported:
    """Make the codes of a file and note it in the audit log, or, where it raises, nothing at all.

    ``on_bad`` hears of each bad line at once, ``on_progress`` how many lines are stored (nobody sees them before the
    end). A file that was imported already is refused line by line. Raises :class:`Refusal` ``conflict`` while another
    file is being imported into this network, and :class:`UserError` ``file_too_long``.
    """
    run = _Import(taking, secrets.digest_key(taking.network))
    result = Imported(0, [], [])
    async with database.network_transaction(taking.network) as connection:
        await _require_alone(connection, taking.network)
        stored, batch = 0, await _read(lines)
        while batch:
            # The next lines are read while the database writes these.
            reading = asyncio.create_task(_read(lines))
            try:
                result = await run.take(connection, batch, result, on_bad)
            finally:
                batch_after = await reading
            stored += len(batch)
            on_progress(stored)
            if stored + len(batch_after) > MAX_LINES:
                raise UserError(
                    "file_too_long",
                    f"The file has more than {MAX_LINES:,} lines.",
                    "Nothing of it was made. Import it in parts, each with the first line that names the columns.",
                )
            batch = batch_after
        detail = {"imported": result.codes, "refused": len(result.bad)}
        subject = f"network:{taking.network}"
        # Last of all: who writes into this log waits for whoever wrote before, until that one commits.
        await record(
            connection,
            taking.network,
            actor=taking.actor,
            action="codes.import",
            subject=subject,
            detail=detail,
        )
    return result


async def _require_alone(connection: asyncpg.Connection, network_id: int) -> None:
    """Let one file in at a time: two with the same codes would wait for each other, code by code."""
    alone = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", _LOCK_CLASS, network_id
    )
    if not alone:
        raise Refusal(
            ProblemType.CONFLICT,
            "Another file of codes is being imported into this network.",
            "Nothing of this one was made. Begin again when that is done.",
        )


async def _read(lines: Iterator[CodeLine | BadLine]) -> list[CodeLine | BadLine]:
    return await asyncio.to_thread(lambda: list(islice(lines, LINES_AT_ONCE)))


class _Import:
    def __init__(self, taking: Taking, digest_key: bytes) -> None:
        self._network_id = taking.network
        self._digest_key = digest_key
        self._zone = taking.zone
        self._currency = taking.currency
        self._campaigns: dict[_Key, int] = {}

    async def take(
        self,
        connection: asyncpg.Connection,
        batch: list[CodeLine | BadLine],
        so_far: Imported,
        on_bad: Callable[[BadLine], None],
    ) -> Imported:
        """Store some lines; return what became of all up to them."""
        good = [line for line in batch if isinstance(line, CodeLine)]
        refused, made = await self._make(connection, good)
        codes = len(good) - len(refused)
        refused += (line for line in batch if isinstance(line, BadLine))
        for line in sorted(refused, key=lambda line: line.number):
            so_far.bad.append(line)
            on_bad(line)
        return Imported(so_far.codes + codes, so_far.bad, so_far.campaigns + made)

    async def _make(
        self, connection: asyncpg.Connection, lines: list[CodeLine]
    ) -> tuple[list[BadLine], list[Campaign]]:
        restaurants = await self._restaurants(connection, lines)
        refused = [
            BadLine(line.number, "unknown_restaurant", f"There is no restaurant {line.restaurant_id}.")
            for line in lines
            if line.restaurant_id is not None and line.restaurant_id not in restaurants
        ]
        wrong = {line.number for line in refused}
        fit = [line for line in lines if line.number not in wrong]
        fit, contradicting, made = await self._make_campaigns(connection, fit)
        refused += contradicting
        ids = await create_codes(
            connection, self._network_id, self._digest_key, [self._new_code(line) for line in fit]
        )
        first: dict[str, int] = {}
        for line, code_id in zip(fit, ids, strict=True):
            earlier = first.setdefault(fold(line.code), line.number)
            if code_id is None:
                refused.append(_duplicate(line, earlier))
        return refused, made

    async def _restaurants(self, connection: asyncpg.Connection, lines: list[CodeLine]) -> set[int]:
        wanted = list({line.restaurant_id for line in lines if line.restaurant_id is not None})
        rows = await connection.fetch(
            "SELECT id FROM restaurants WHERE network_id = $1 AND id = ANY ($2::bigint[])",
            self._network_id,
            wanted,
        )
        return {row["id"] for row in rows}

    async def _make_campaigns(
        self, connection: asyncpg.Connection, lines: list[CodeLine]
    ) -> tuple[list[CodeLine], list[BadLine], list[Campaign]]:
        """Find or make the campaign of every line; return the lines that have one, the others, and what was made.

        A campaign is found by its name, its kind and, where the line names one, its policy; a line that
        differs in one of them belongs to another campaign of the same name. Lines that name no campaign
        share one for each kind and policy. A line whose campaign would contradict itself is refused, and
        the next line of that campaign may make it.
        """
        names = list({_key(line)[1] for line in lines if _key(line) not in self._campaigns})
        known = await campaigns_named(connection, self._network_id, names) if names else []
        fit: list[CodeLine] = []
        refused: list[BadLine] = []
        made: list[Campaign] = []
        for line in lines:
            key = _key(line)
            if key not in self._campaigns:
                found = next((each for each in known if _is_for(each, key)), None)
                if found is None:
                    try:
                        found = await create_campaign(connection, self._network_id, self._new_campaign(line))
                    except UserError as error:
                        refused.append(BadLine(line.number, error.reason, str(error)))
                        continue
                    known.append(found)
                    made.append(found)
                self._campaigns[key] = found.id
            fit.append(line)
        return fit, refused, made

    def _new_campaign(self, line: CodeLine) -> Campaign:
        return Campaign(
            id=0,
            kind=line.kind,
            name=_key(line)[1],
            policy=line.policy or Policy.LEASED,
            zone=self._zone,
            currency=self._currency,
            benefit=line.benefit,
            min_basket_minor=line.min_basket_minor,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
        )

    def _new_code(self, line: CodeLine) -> NewCode:
        return NewCode(
            campaign_id=self._campaigns[_key(line)],
            kind=line.kind,
            code=line.code,
            name=line.name,
            max_uses=line.max_uses,
            expires_at=line.expires_at,
            group_id=line.group_id,
            home_restaurant_id=line.restaurant_id,
            description=line.description,
        )


def _key(line: CodeLine) -> _Key:
    if line.campaign:
        return line.kind, line.campaign, line.policy
    return line.kind, f"Imported {line.kind} codes", line.policy or Policy.LEASED


def _is_for(campaign: Campaign, key: _Key) -> bool:
    kind, name, policy = key
    return campaign.kind == kind and campaign.name == name and policy in (None, campaign.policy)


def _duplicate(line: CodeLine, earlier: int) -> BadLine:
    if earlier != line.number:
        return BadLine(line.number, "code_exists", f"The code is the same as on line {earlier}.")
    return BadLine(
        line.number,
        "code_exists",
        "The code exists already, or differs only by case, spaces, dashes or look-alike letters.",
    )

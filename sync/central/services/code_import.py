"""Importing a file of codes: what is good is made, what is bad is told by its line."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.campaigns import campaigns_named, create_campaign
from sync.central.services.code_file import BadLine, CodeLine
from sync.central.services.codes import NewCode, create_codes
from sync.rules.campaign import Campaign, Policy
from sync.rules.normalise import fold
from sync.rules.user_error import UserError

LINES_AT_ONCE = 2_000

_Key = tuple[str, str, Policy | None]


class Imported(NamedTuple):
    """How many codes were made, what was refused, and which campaigns were made for them."""

    codes: int
    bad: list[BadLine]
    campaigns: list[Campaign]


async def import_codes(
    database: Database,
    secrets: Secrets,
    network_id: int,
    lines: Iterator[CodeLine | BadLine],
    *,
    zone: str,
    currency: str,
    on_bad: Callable[[BadLine], None],
) -> Imported:
    """Make the codes of a file, ``LINES_AT_ONCE`` in a transaction; ``on_bad`` hears of each bad line at once.

    Started again after an interruption it refuses what it has made already, line by line, and makes the rest.
    """
    run = _Import(network_id, secrets.digest_key(network_id), zone, currency)
    bad: list[BadLine] = []
    codes = 0
    campaigns: list[Campaign] = []
    batch = await _read(lines)
    while batch:
        good = [line for line in batch if isinstance(line, CodeLine)]
        # The next lines are read while the database writes these.
        reading = asyncio.create_task(_read(lines))
        try:
            async with database.network_transaction(network_id) as connection:
                refused, made = await run.make(connection, good)
        finally:
            batch_after = await reading
        # Only now is it certain that the campaigns of this batch exist.
        campaigns += made
        codes += len(good) - len(refused)
        for line in sorted(
            [*refused, *(line for line in batch if isinstance(line, BadLine))], key=lambda line: line.number
        ):
            bad.append(line)
            on_bad(line)
        batch = batch_after
    return Imported(codes, bad, campaigns)


async def _read(lines: Iterator[CodeLine | BadLine]) -> list[CodeLine | BadLine]:
    return await asyncio.to_thread(lambda: list(islice(lines, LINES_AT_ONCE)))


class _Import:
    def __init__(self, network_id: int, digest_key: bytes, zone: str, currency: str) -> None:
        self._network_id = network_id
        self._digest_key = digest_key
        self._zone = zone
        self._currency = currency
        self._campaigns: dict[_Key, int] = {}

    async def make(
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

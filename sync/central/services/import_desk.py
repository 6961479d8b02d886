"""A file of codes that somebody hands in over the office's interface: the good lines are made, the bad ones told."""

from io import BufferedReader, BytesIO, RawIOBase
from typing import cast

import msgspec

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.code_file import BadLine, read_code_file
from sync.central.services.code_import import Taking, import_codes
from sync.central.services.login import Person

MAX_TOLD = 1_000
"""Bad lines that an answer tells of; of more, it says how many there are."""


class RefusedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was not taken: its number in the file (the header is 1), and why."""

    line: int
    reason: str
    message: str


class MadeCampaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign that was made for lines that name it."""

    campaign_id: int
    name: str
    kind: str
    policy: str


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. Of ``refused`` lines the first :data:`MAX_TOLD` stand in ``bad_lines``."""

    imported: int
    refused: int
    bad_lines: list[RefusedLine]
    campaigns: list[MadeCampaign]
    unknown_columns: list[str]


def _opened(content: bytes) -> BufferedReader:
    return BufferedReader(cast("RawIOBase", BytesIO(content)))


async def import_file(database: Database, secrets: Secrets, person: Person, content: bytes) -> ImportedFile:
    """Import a file, all of its good lines or none; raises :class:`UserError` for what is no file of codes.

    Raises :class:`Refusal` ``conflict`` while another one is being imported. An interruption leaves nothing: the file
    is sent again. Where the answer alone was lost, its lines are refused then as those that exist.
    """
    async with database.network_transaction(person.network) as connection:
        network = await connection.fetchrow(
            "SELECT zone, currency FROM networks WHERE id = $1", person.network
        )
    zone, currency = network["zone"], network["currency"]
    with _opened(content) as file:
        read = read_code_file(file, zone=zone, currency=currency)
        told: list[BadLine] = []

        def tell(bad: BadLine) -> None:
            if len(told) < MAX_TOLD:
                told.append(bad)

        taking = Taking(person.network, zone, currency, person.actor)
        result = await import_codes(database, secrets, taking, read.lines, on_bad=tell)
    return ImportedFile(
        imported=result.codes,
        refused=len(result.bad),
        bad_lines=[RefusedLine(line=bad.number, reason=bad.reason, message=bad.sentence) for bad in told],
        campaigns=[
            MadeCampaign(campaign_id=made.id, name=made.name, kind=made.kind, policy=made.policy)
            for made in result.campaigns
        ],
        unknown_columns=list(read.unknown_columns),
    )

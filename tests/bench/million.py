"""A network of a million codes at the real central, and homes of its tills."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from sync.rules.user_error import UserError
from sync.till.enrol import enrol
from sync.till.home import TillHome
from tests.bench.a_central import a_central
from tests.builders.central_process import CentralProcess
from tests.builders.real_network import RealNetwork

CODES = 1_000_000
NAMED = 4
"""One code in this many has a name of its own."""

# What an import would have made, without the hour that it takes the office's checks and the feed.
_FILL = """
    INSERT INTO codes (network_id, campaign_id, kind, code, folded, name, max_uses, version)
    SELECT c.network_id, c.campaign_id, c.kind, made.code, replace(made.code, '-', ''),
        CASE WHEN n % $3 = 0 THEN 'Guest ' || n ELSE '' END, 5, 1
    FROM codes c, generate_series(1, $2::bigint) AS n,
        LATERAL (SELECT 'M-' || lpad(upper(to_hex(n * 2654435761 % 4294967296)), 8, '0') AS code) AS made
    WHERE c.network_id = $1 AND c.code = 'FIRST'
"""


class Million:
    """The network; ``text(n)`` is its n-th code, from 1."""

    def __init__(self, central: CentralProcess, folder: Path) -> None:
        """Make it."""
        self.central = central
        self.folder = folder
        self.network = RealNetwork(central, folder)
        self.network.import_codes("VOUCHER,FIRST,First,5,,Million,leased")
        asyncio.run(_fill(central.dsn(), self.network.id))

    def text(self, number: int) -> str:
        """Return one of its codes."""
        return f"M-{number * 2_654_435_761 % 2**32:08X}"

    def home(self, name: str) -> TillHome:
        """Enrol a till that has not loaded anything yet."""
        home = TillHome(self.folder / name)
        code = self.network.invite(name)["code"]
        try:
            enrol(home, code=code, central=self.central.url, app_version="1", progress=lambda *_: False)
        except UserError as stopped:
            if stopped.reason != "cancelled":
                raise
        return home


@contextmanager
def a_million() -> Iterator[Million]:
    """Start central with a million codes; it ends with the block."""
    with a_central(then="making a million codes") as (central, folder):
        yield Million(central, folder)


async def _fill(dsn: str, network_id: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_FILL, network_id, CODES, NAMED)
        await connection.execute("ANALYZE codes")
    finally:
        await connection.close()

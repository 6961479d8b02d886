"""How many codes a second the office's import makes, from a CSV file, while central runs and numbers the changes.

Every line is read and checked, every code compared with what exists, its limit made, its change published.
Beside it: the same texts inserted into the same table of codes by one connection, and nothing else.
"""

import asyncio
import sys
import time

import asyncpg

from tests.bench.a_central import a_central
from tests.bench.measurement import Measurement
from tests.bench.timing import MS_PER_S, timed_ms
from tests.builders.real_network import CSV_HEADER, RealNetwork

CODES = 100_000
AT_ONCE = 2_000


def run() -> list[Measurement]:
    """Measure one import."""
    with a_central() as (central, folder):
        network = RealNetwork(central, folder)
        network.import_codes("VOUCHER,FIRST,First,5,,Import,leased")
        print(f"  importing {CODES:,} codes", file=sys.stderr, flush=True)
        lines = [f"VOUCHER,{_text(number)},Code {number},5,,Import,leased" for number in range(CODES)]
        file = folder / "codes.csv"
        file.write_text("\n".join([CSV_HEADER, *lines, ""]), encoding="utf-8")
        result: dict[str, int] = {}

        def take() -> None:
            result.update(central.admin_here("import-codes", "--network", str(network.id), str(file))[-1])

        spent_s = timed_ms(take) / MS_PER_S
        if result["imported"] != CODES:
            message = f"not everything was imported: {result}"
            raise RuntimeError(message)
        value, bare = CODES / spent_s, CODES / asyncio.run(_bare(central.dsn(), network.id))
        return [
            Measurement(
                name="import.codes", value=value, unit="codes/s", goal="≥ 20,000", reference=bare,
                ratio=value / bare, note=f"{CODES:,} limited codes from a CSV file; beside: bare inserts of their rows",
            )
        ]  # fmt: skip


def _text(number: int, prefix: str = "I") -> str:
    return f"{prefix}-{number * 2_654_435_761 % 2**32:08X}"


async def _bare(dsn: str, network_id: int) -> float:
    """Return the seconds that bare inserts of as many rows take."""
    connection = await asyncpg.connect(dsn)
    try:
        begun = time.perf_counter()
        for start in range(0, CODES, AT_ONCE):
            texts = [_text(number, "B") for number in range(start, start + AT_ONCE)]
            async with connection.transaction():
                await connection.execute(
                    """INSERT INTO codes (network_id, campaign_id, kind, code, folded, name, max_uses)
                    SELECT $1, c.campaign_id, c.kind, g.text, g.text, g.text, 5
                    FROM codes c, unnest($2::text[]) AS g (text) WHERE c.network_id = $1 AND c.code = 'FIRST'""",
                    network_id,
                    texts,
                )
        return time.perf_counter() - begun
    finally:
        await connection.close()

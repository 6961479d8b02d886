"""A till's first copy of a million codes, from the real central over HTTP.

Made at central once, in the background; then taken by a till: every chunk downloaded, its SHA-256 and the
manifest's signature checked, loaded into the encrypted replica, every tree checked, swapped in. Beside it:
the same rows, ready in memory, put into the same schema of an encrypted file by executemany, in the best
order, and nothing else. A second till is interrupted half-way and goes on in another process's place.
"""

import sys
import time
from pathlib import Path
from statistics import median

from sync.protocol.feed import Manifest
from sync.protocol.keys import SigningKey
from sync.protocol.wire import read_canonical
from sync.till.agent.agent import Agent
from sync.till.agent.enrolled import enrolled
from sync.till.cache.found import FoundCode
from sync.till.cache.schema import MIGRATIONS
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.home import TillHome
from sync.till.http_office import Credentials, HttpOffice
from sync.till.sqlcipher import CACHE, connect, create, fold_wal, transaction
from sync.till.till import Till
from sync.till.worker import DirectFiles
from tests.bench.measurement import Measurement
from tests.bench.million import CODES, NAMED, Million, a_million
from tests.bench.timing import MS_PER_S, timed_ms

MEGABYTE = 1_000_000
ROUNDS = 3
_TABLES = {
    "code_shapes": "id, shape",
    "codes": "id, version, shape, own",
    "code_digests": "digest, id",
}


def run() -> list[Measurement]:
    """Measure all of it; a minute or two."""
    with a_million() as million:
        first = _OneTill(million.home("First"))
        making_s, answer_ms = first.wait_for_manifest()
        first_s = first.load()
        loads = [first_s, *(_load(million, f"Till {number}") for number in range(ROUNDS - 1))]
        print("  loading the same rows from memory", file=sys.stderr, flush=True)
        rows = first.rows()
        bare = [_bare(million.folder / f"bare-{number}.db", rows) for number in range(ROUNDS)]
        left, whole = _interrupted(million)
        first.check(million)
        size_mb = first.home.cache_file.stat().st_size / MEGABYTE
        first.close()
        return [
            Measurement(
                name="snapshot.first_load", value=median(loads), unit="s", goal="≤ 2× from memory",
                reference=median(bare), ratio=median(loads) / median(bare),
                note=f"{CODES:,} codes over HTTP, verified, swapped; median of {ROUNDS}; beside: the same rows "
                "from memory into the same encrypted schema",
            ),
            Measurement(name="snapshot.on_the_wire", value=first.wire_mb(), unit="MB", goal="≤ 20 MB"),
            Measurement(name="snapshot.on_disk", value=size_mb, unit="MB", goal="≤ 60 MB"),
            Measurement(
                name="snapshot.making", value=making_s, unit="s", goal="in the background",
                note=f"at central, once for all tills; until then every answer came within {answer_ms:.0f} ms",
            ),
            Measurement(
                name="snapshot.left_after_interruption", value=left, unit="chunks", goal="half",
                reference=whole, ratio=left / whole, note="a till that was closed half-way asked for these only",
            ),
        ]  # fmt: skip


class _OneTill:
    """A till's files and its agent's download, stepped by hand."""

    def __init__(self, home: TillHome) -> None:
        self.home = home
        self.till = Till.open(home)
        who = enrolled(self.till)
        clock, randomness = SystemClock(), SystemRandomness()
        key = SigningKey(self.till.secrets.signing_seed)
        self.office = HttpOffice(
            who.central_url,
            clock=clock,
            randomness=randomness,
            credentials=Credentials(network=who.network, till=who.till, incarnation=who.incarnation, key=key),
        )
        self.agent = Agent(
            self.till, DirectFiles(), self.office, clock=clock, randomness=randomness, app_version="1", poll_ms=0
        )  # fmt: skip

    def wait_for_manifest(self) -> tuple[float, float]:
        """Ask until there is a snapshot; return how long that took (s) and the slowest answer (ms)."""
        begun, slowest, wait_ms = time.perf_counter(), 0.0, 1
        while wait_ms:
            asked = time.perf_counter()
            wait_ms = self.agent.download.step()
            slowest = max(slowest, (time.perf_counter() - asked) * MS_PER_S)
            time.sleep(wait_ms / MS_PER_S)
        return time.perf_counter() - begun, slowest

    def load(self) -> float:
        """Take the snapshot; return how many seconds it took."""
        return timed_ms(self._until_ready) / MS_PER_S

    def wire_mb(self) -> float:
        """Return what it took on the wire: the signed manifest and every chunk."""
        signed = self.office.manifest()
        manifest = read_canonical(signed.body, Manifest)
        size = len(signed.body) + len(signed.signature) + sum(info.size for info in manifest.chunks)
        return size / MEGABYTE

    def half(self) -> None:
        """Take half of the chunks."""
        state = self.agent.state()
        while state.to_load == 0 or state.loaded < state.to_load // 2:
            self.agent.download.step()
            state = self.agent.state()

    def left(self) -> tuple[int, int]:
        """Go on; return how many chunks are still to be asked for, and how many there are."""
        self.agent.download.step()
        state = self.agent.state()
        return state.to_load - state.loaded, state.to_load

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what was loaded, table by table in the order of its key."""
        connection = connect(self.home.cache_file, self.till.secrets.file_key, CACHE)
        rows = {
            name: connection.execute(f"SELECT {columns} FROM {name}").fetchall()
            for name, columns in _TABLES.items()
        }
        connection.close()
        return rows

    def check(self, million: Million) -> None:
        """Find what central has, by another spelling."""
        for number in (1, NAMED, CODES):
            found = self.till.cache.find(million.text(number).lower())
            name = f"Guest {number}" if number % NAMED == 0 else ""
            if not isinstance(found, FoundCode) or found.code.name != name:
                message = f"{million.text(number)} was not loaded as it is"
                raise RuntimeError(message)

    def close(self) -> None:
        """Close everything; what was loaded half stays."""
        self.agent.close()
        self.office.close()
        self.till.close()

    def _until_ready(self) -> None:
        while not self.till.cache.status().ready:
            self.agent.download.step()


def _load(million: Million, name: str) -> float:
    print(f"  {name} takes its snapshot", file=sys.stderr, flush=True)
    till = _OneTill(million.home(name))
    spent = till.load()
    till.close()
    return spent


def _interrupted(million: Million) -> tuple[int, int]:
    till = _OneTill(million.home("Interrupted"))
    till.half()
    till.close()
    again = _OneTill(till.home)
    left = again.left()
    again.load()
    again.close()
    return left


def _bare(path: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    """Put rows from memory into the schema; return the seconds."""
    connection = create(path, bytes(32), MIGRATIONS, CACHE)

    def insert() -> None:
        with transaction(connection):
            for name, columns in _TABLES.items():
                marks = ", ".join("?" * len(columns.split(", ")))
                connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows[name])
        fold_wal(connection)

    spent = timed_ms(insert) / MS_PER_S
    connection.close()
    return spent

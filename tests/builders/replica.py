"""What a till would hold: a snapshot and the feed after it, applied as the protocol says."""

import hashlib
from dataclasses import dataclass, field

import zstandard

from sync.protocol.feed import Change, FeedPage, Manifest, SignedManifest, Table
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.wire import read_canonical, unpack
from tests.builders.office import Office, TillPen

MAX_PAGES = 500


@dataclass
class Replica:
    """Rows by table and id, newest version each; a tombstone is None."""

    till: TillPen
    epoch: str = ""
    number: int = 0
    rows: dict[tuple[Table, int], tuple[int, bytes | None]] = field(default_factory=dict)

    async def load(self) -> Manifest:
        """Take the newest snapshot, verified."""
        manifest = await self.manifest()
        self.rows.clear()
        for chunk, info in enumerate(manifest.chunks):
            body = (await self.till.get(f"/sync/v1/snapshot/{manifest.snapshot}/{chunk}")).content
            assert (len(body), hashlib.sha256(body).digest()) == (info.size, info.sha256)
            changes = unpack(zstandard.decompress(body), list[Change])
            assert len(changes) == info.rows
            self.apply(changes)
        self.epoch, self.number = manifest.epoch, manifest.number
        return manifest

    async def manifest(self) -> Manifest:
        response = await self.till.get("/sync/v1/snapshot")
        signed = unpack(response.raise_for_status().content, SignedManifest)
        key = VerifyKey(self.till.who.central_key)
        assert key.verifies(Purpose.SNAPSHOT, signed.body, signed.signature)
        return read_canonical(signed.body, Manifest)

    async def follow(self, *, wait_ms: int = 0) -> list[Change]:
        """Read one page and apply it; return its changes."""
        page = await self.till.feed(self.epoch, self.number, wait_ms)
        return self.turn(page)

    def turn(self, page: FeedPage) -> list[Change]:
        self.apply(page.changes)
        self.number = page.number
        return list(page.changes)

    async def catch_up(self) -> list[Change]:
        """Follow the feed until everything that was published is here."""
        seen: list[Change] = []
        for _ in range(MAX_PAGES):
            waiting = await self.till.office.value("SELECT count(*) FROM outbox WHERE number IS NULL")
            changes = await self.follow(wait_ms=5_000 if waiting else 0)
            seen += changes
            if not waiting and not changes:
                return seen
        raise AssertionError("the feed does not end")

    def apply(self, changes: list[Change] | tuple[Change, ...]) -> None:
        for change in changes:
            held = self.rows.get((change.table, change.id), (-1, None))
            if change.version > held[0]:
                self.rows[change.table, change.id] = (change.version, change.row)

    def living(self, table: Table) -> dict[int, bytes]:
        return {key[1]: row for key, (_, row) in self.rows.items() if key[0] is table and row is not None}


async def replica_of(office: Office, till: TillPen | None = None) -> Replica:
    """Enrol a till and load its first snapshot."""
    replica = Replica(till or await office.till("Replica"))
    await replica.load()
    return replica

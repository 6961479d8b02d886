"""What a till would hold: a snapshot and the feed after it, applied as the protocol says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from sync.protocol.code_columns import CodesPart, DigestsPart, code_ids, code_of, digest_lines
from sync.protocol.feed import Change, CodeRow, FeedPage, Manifest, SignedManifest, Table
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.wire import pack, read_canonical, unpack
from sync.rules.code import Code
from sync.till.agent.snapshot import read_chunk
from sync.till.cache.load import Chunk, rows_of
from tests.builders.office import Office, TillPen

MAX_PAGES = 500


@dataclass
class Replica:
    """Rows by table and id, newest version each; a tombstone is None."""

    till: TillPen
    epoch: str = ""
    number: int = 0
    rows: dict[tuple[Table, int], tuple[int, bytes | None]] = field(default_factory=dict)
    _codes: dict[int, tuple[int, Code]] = field(default_factory=dict)
    _digests: dict[int, list[bytes]] = field(default_factory=dict)

    async def load(self) -> Manifest:
        """Take the newest snapshot, verified."""
        manifest = await self.manifest()
        self.rows.clear()
        self._codes.clear()
        self._digests.clear()
        for number, info in enumerate(manifest.chunks):
            body = (await self.till.get(f"/sync/v1/snapshot/{manifest.snapshot}/{number}")).content
            assert (len(body), hashlib.sha256(body).digest()) == (info.size, info.sha256)
            chunk = read_chunk(body, info)
            assert rows_of(chunk) == info.rows
            self._take(chunk)
        self._file_codes()
        self.epoch, self.number = manifest.epoch, manifest.number
        return manifest

    def _take(self, chunk: Chunk) -> None:
        if isinstance(chunk, CodesPart):
            columns = zip(code_ids(chunk), chunk.versions, chunk.shape, chunk.own, strict=True)
            for code_id, version, shape, own in columns:
                self._codes[code_id] = (version, code_of(code_id, chunk.shapes[shape], own))
        elif isinstance(chunk, DigestsPart):
            for digest, code_id in digest_lines(chunk):
                self._digests.setdefault(code_id, []).append(digest)
        else:
            self.apply(chunk)

    def _file_codes(self) -> None:
        """Put codes and their digests together, as the feed brings them."""
        assert set(self._codes) == set(self._digests)
        for code_id, (version, code) in self._codes.items():
            row = CodeRow(code=code, digests=tuple(self._digests[code_id]))
            self.apply([Change(Table.CODE, code_id, version, pack(row))])

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

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            held = self.rows.get((change.table, change.id), (-1, None))
            if change.version > held[0]:
                self.rows[change.table, change.id] = (change.version, change.row)

    def living(self, table: Table) -> dict[int, bytes]:
        found = {key[1]: row for key, (_, row) in self.rows.items() if key[0] is table and row is not None}
        return {code: untold(row) for code, row in found.items()} if table is Table.CODE else found


def untold(row: bytes) -> bytes:
    """A code's row without since when it has its text, which only the feed tells."""
    return pack(msgspec.structs.replace(unpack(row, CodeRow), text_version=None))


async def replica_of(office: Office, till: TillPen | None = None) -> Replica:
    """Enrol a till and load its first snapshot."""
    replica = Replica(till or await office.till("Replica"))
    await replica.load()
    return replica

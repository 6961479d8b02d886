"""A whole replica from a snapshot: downloaded chunk by chunk, verified, built beside the live one, swapped."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import zstandard

from sync.protocol.code_columns import CodesPart, DigestsPart
from sync.protocol.feed import Change, ChunkInfo, ChunkKind, Manifest, SignedManifest
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.problems import ProblemType
from sync.protocol.wire import WireError, read_canonical, unpack
from sync.rules.user_error import UserError
from sync.till.agent.board import Board
from sync.till.agent.enrolled import enrolled
from sync.till.cache.load import Chunk, rows_of
from sync.till.cache.rebuild import Rebuild
from sync.till.office import InMaking, Office, OfficeError, Refused
from sync.till.outcomes import other_version
from sync.till.sqlcipher import DatabaseError, Trouble, trouble
from sync.till.till import Till
from sync.till.worker import FilesPort

MAX_CHUNKS = 65_536
MAX_CHUNK_BYTES = 16 * 1024 * 1024
MAX_CHUNK_UNPACKED = 128 * 1024 * 1024


class Snapshot:
    """One snapshot under way. Each step loads one chunk; what has come survives a broken line."""

    def __init__(self, till: Till, files: FilesPort, office: Office, board: Board) -> None:
        """Begin with nothing; the first step asks for the manifest."""
        self._till = till
        self._files = files
        self._office = office
        self._board = board
        self._manifest: Manifest | None = None
        self._rebuild: Rebuild | None = None
        self._missing: list[int] = []
        self._bytes = bytearray()
        self._waited = False

    def step(self) -> bool:
        """Do the next piece; return whether the new replica is in place."""
        if self._manifest is None or self._rebuild is None:
            self._begin()
        elif self._missing:
            self._load(self._manifest, self._rebuild)
        else:
            self._finish(self._rebuild)
            return True
        return False

    def wait_for(self, making: InMaking) -> None:
        """Note how far central is with making it: half of the way, for whoever watches."""
        self._waited = True
        self._board.note_snapshot(loaded=making.done, to_load=2 * making.whole)

    def pause(self) -> None:
        """Close what was built; a later snapshot object goes on from there."""
        rebuild = self._rebuild
        self._forget()
        if rebuild is not None:
            self._files.call(rebuild.pause)

    def abandon(self) -> None:
        """Leave the live replica as it is and drop what was built beside it."""
        # Forgotten first: the disk may fail in it, and a file that is closed is not to be gone on with.
        rebuild = self._rebuild
        self._forget()
        if rebuild is not None:
            with _disk_trouble_told():
                self._files.call(rebuild.abandon)

    def _forget(self) -> None:
        self._manifest, self._rebuild = None, None
        self._missing.clear()
        self._bytes.clear()

    def _begin(self) -> None:
        who = enrolled(self._till)
        manifest = read_manifest(self._office.manifest(), key=who.central_key, network=who.network)
        as_of_ms = self._till.time.now().at_ms
        with _disk_trouble_told():
            self._rebuild = self._files.call(
                lambda: self._till.cache.begin_rebuild(manifest, as_of_ms=as_of_ms)
            )
        # A rebuild that an earlier process began goes on where it stood.
        self._missing = self._rebuild.missing()
        self._manifest = manifest
        self._note(manifest)

    def _load(self, manifest: Manifest, rebuild: Rebuild) -> None:
        """Load one chunk into the replica that is being built."""
        chunk = self._missing[0]
        info = manifest.chunks[chunk]
        try:
            self._office.chunk(manifest.snapshot, chunk, size=info.size, into=self._bytes)
        except Refused as error:
            if error.problem.type in {ProblemType.SNAPSHOT_GONE, ProblemType.NOT_FOUND}:
                self.abandon()  # central has a newer one; the next step asks for it
                return
            raise
        received = bytes(self._bytes)
        self._bytes.clear()
        # Beside the live replica, so that no sale waits for the files meanwhile.
        content = read_chunk(received, info)
        with _disk_trouble_told():
            rebuild.add(chunk, content)
        del self._missing[0]
        self._note(manifest)

    def _finish(self, rebuild: Rebuild) -> None:
        """Verify and swap. Whatever goes wrong, the next step starts with a new manifest."""
        try:
            with _disk_trouble_told():
                # A replica tells of nobody who was erased before it; asked for before it is there, so that a till
                # that ends in between asks in vain rather than never.
                self._files.call(self._till.journal.ask_after_guests)
                self._files.call(rebuild.finish)
        finally:
            self._forget()

    def _note(self, manifest: Manifest) -> None:
        whole = len(manifest.chunks)
        before = whole if self._waited else 0
        self._board.note_snapshot(loaded=before + whole - len(self._missing), to_load=before + whole)


@contextmanager
def _disk_trouble_told() -> Iterator[None]:
    """Turn a full or failing disk into a sentence; everything else is a bug and goes on."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        if isinstance(error, DatabaseError) and trouble(error) is Trouble.BUG:
            raise
        raise UserError(
            "snapshot_disk",
            f"The office's list of codes cannot be stored: {error}.",
            "Free some space on this computer's disk; the till goes on with the list that it has.",
        ) from error


def read_manifest(signed: SignedManifest, *, key: bytes, network: int) -> Manifest:
    """Return a manifest that central signed for this network; raises ``OfficeError``."""
    if not VerifyKey(key).verifies(Purpose.SNAPSHOT, signed.body, signed.signature):
        raise _damaged("its signature is not central's")
    try:
        manifest = read_canonical(signed.body, Manifest)
    except WireError as error:
        raise _damaged("its list of contents cannot be read") from error
    if manifest.network != network:
        raise _damaged("it is of another network")
    if len(manifest.chunks) > MAX_CHUNKS or any(
        not 0 < info.size <= MAX_CHUNK_BYTES for info in manifest.chunks
    ):
        raise _damaged("it is larger than any snapshot can be")
    if any(info.kind not in _CONTENTS for info in manifest.chunks):
        raise other_version("a newer form of snapshots")
    return manifest


def read_chunk(received: bytes, info: ChunkInfo) -> Chunk:
    """Verify and unpack one chunk; raises ``OfficeError``."""
    if len(received) != info.size or hashlib.sha256(received).digest() != info.sha256:
        raise _damaged("a part arrived changed")
    try:
        chunk: Chunk = unpack(_unpack(received), _CONTENTS[info.kind])
    except (WireError, zstandard.ZstdError) as error:
        raise _damaged("a part cannot be unpacked") from error
    if rows_of(chunk) != info.rows:
        raise _damaged("a part has not the rows that it should have")
    return chunk


_CONTENTS: dict[str, Any] = {
    ChunkKind.CHANGES: list[Change],
    ChunkKind.CODES: CodesPart,
    ChunkKind.CODE_DIGESTS: DigestsPart,
}


def _unpack(received: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(received) as reader:
        unpacked = reader.read(MAX_CHUNK_UNPACKED)
        if reader.read(1):
            raise _damaged("a part unpacks to more than any part can hold")
    return unpacked


def _damaged(why: str) -> OfficeError:
    return OfficeError(
        "snapshot_damaged",
        f"The office's list of codes did not arrive whole: {why}.",
        "The till keeps the list that it has and loads it again by itself.",
    )

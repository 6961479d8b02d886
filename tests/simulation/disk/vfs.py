"""SQLite's own file layer, with our calls in between: a VFS made with ctypes, the process's default one.

Its files are the unix VFS's own structures; only the table of methods is another one, in which reading,
writing, cutting, syncing and closing lead here and everything else (locks, shared memory) leads straight on.
A file that belongs to no :class:`Keeper` keeps SQLite's own table. Nothing is ever synced for real.
"""

import ctypes
import os
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from sqlcipher3 import _sqlite3

OK = 0
FULL = 13
CANTOPEN = 14
IOERR = 10
IOERR_READ = 266
IOERR_SHORT_READ = 522
IOERR_WRITE = 778
IOERR_FSYNC = 1034
IOERR_TRUNCATE = 1546
IOERR_DELETE = 2570

_CREATE = 0x4
_NAME = b"countersign-disk"

_Pointer = ctypes.c_void_p
_OpenCall = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, _Pointer, ctypes.c_int, _Pointer)
_DeleteCall = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int)
_TransferCall = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int, ctypes.c_int64)
_TruncateCall = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int64)
_SyncCall = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int)
_CloseCall = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer)
# The real calls are short and call nobody back, so the interpreter's lock need not be given up for them.
_RealTransfer = ctypes.PYFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int, ctypes.c_int64)
_RealTruncate = ctypes.PYFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int64)

_FILE_METHODS = (
    "xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock", "xCheckReservedLock",
    "xFileControl", "xSectorSize", "xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap",
    "xFetch", "xUnfetch",
)  # fmt: skip
_VFS_METHODS = (
    "xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym", "xDlClose", "xRandomness",
    "xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64", "xSetSystemCall", "xGetSystemCall",
    "xNextSystemCall",
)  # fmt: skip


class _Methods(ctypes.Structure):
    _fields_ = (("iVersion", ctypes.c_int), *((name, _Pointer) for name in _FILE_METHODS))


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("iVersion", ctypes.c_int), ("szOsFile", ctypes.c_int), ("mxPathname", ctypes.c_int), ("pNext", _Pointer),
        ("zName", ctypes.c_char_p), ("pAppData", _Pointer), *((name, _Pointer) for name in _VFS_METHODS),
    )  # fmt: skip


class Handle:
    """One open file of SQLite's: whose it is, its path, and what the keeper wants to know of it."""

    __slots__ = ("_ways", "at", "content", "keeper", "life", "path", "wal")

    def __init__(self, keeper: "Keeper", path: str, at: int, ways: "_Ways") -> None:
        self.keeper = keeper
        self._ways = ways
        self.path = path
        self.wal = path.endswith("-wal")
        self.at = at
        self.life = 0
        self.content: Any = None

    def close(self) -> int:
        """Close the real file; return SQLite's result code."""
        return self._ways.close(self.at)

    def lead_here(self, *, calls: bool) -> None:
        """Choose whether reading, writing and cutting lead to the keeper, or straight on as if it were not there."""
        table = self._ways.ours if calls else self._ways.straight
        _Pointer.from_address(self.at).value = ctypes.addressof(table)


class _Ways(NamedTuple):
    """The tables of methods that a file may have, and how it is really closed."""

    ours: _Methods
    straight: _Methods
    close: Callable[[int], int]


class Keeper(Protocol):
    """Whoever answers for the files in a folder. Every answer is a result code of SQLite's."""

    def may_open(self, path: str, *, create: bool) -> int: ...
    def opened(self, handle: Handle, *, created: bool) -> None: ...
    def read(self, handle: Handle, into: int, count: int, offset: int) -> int: ...
    def write(self, handle: Handle, data: int, count: int, offset: int) -> int: ...
    def truncate(self, handle: Handle, size: int) -> int: ...
    def sync(self, handle: Handle) -> int: ...
    def closed(self, handle: Handle) -> None: ...
    def may_delete(self, path: str) -> int: ...


class Layer:
    """The VFS, registered once in a process and never taken out again (open connections hold it)."""

    def __init__(self, find: Callable[[str], Keeper | None]) -> None:
        """``find`` says whose a path is."""
        self.escaped: list[BaseException] = []
        """Bugs of this folder: no exception may travel through SQLite, so they wait here."""
        self._find = find
        self._open: dict[int, Handle] = {}
        self._tables: dict[int, _Ways] = {}
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = _Pointer
        library.sqlite3_vfs_find.argtypes = (ctypes.c_char_p,)
        self._real_at: int = library.sqlite3_vfs_find(None)
        self._real = _Vfs.from_address(self._real_at)
        self._real_open = _OpenCall(self._real.xOpen)
        self._real_delete = _DeleteCall(self._real.xDelete)
        self.real_read: Callable[[int, int, int, int], int]
        self.real_write: Callable[[int, int, int, int], int]
        self.real_truncate: Callable[[int, int], int]
        self._vfs = _Vfs.from_buffer_copy(self._real)
        self._vfs.zName = _NAME
        self._vfs.pNext = None
        # SQLite holds these for as long as the process lives.
        self._calls = (
            _OpenCall(self._on_open), _DeleteCall(self._on_delete), _CloseCall(self._on_close),
            _TransferCall(self._on_read), _TransferCall(self._on_write), _TruncateCall(self._on_truncate),
            _SyncCall(self._on_sync),
        )  # fmt: skip
        self._vfs.xOpen = _address(self._calls[0])
        self._vfs.xDelete = _address(self._calls[1])
        library.sqlite3_vfs_register.argtypes = (_Pointer, ctypes.c_int)
        if library.sqlite3_vfs_register(ctypes.addressof(self._vfs), 1) != OK:
            msg = "SQLite does not take the file layer"
            raise RuntimeError(msg)

    def _on_open(self, _vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        try:
            path = "" if not name else os.fsdecode(ctypes.string_at(name))
            keeper = self._find(path) if path else None
            if keeper is None:
                return int(self._real_open(self._real_at, name, file, flags, out))
            created = bool(flags & _CREATE) and not os.path.lexists(path)
            code = keeper.may_open(path, create=created)
            if code == OK:
                code = self._real_open(self._real_at, name, file, flags, out)
            if code != OK:
                ctypes.memset(file, 0, ctypes.sizeof(_Pointer))
                return code
            self._open[file] = handle = Handle(keeper, path, file, self._take(file))
            keeper.opened(handle, created=created)
        except BaseException as error:  # noqa: BLE001  # it must not travel through SQLite
            self.escaped.append(error)
            return CANTOPEN
        return OK

    def _take(self, file: int) -> _Ways:
        """Lay our table of methods over a file that the unix VFS has just opened; return which ways it can go.

        The unix VFS has one table for databases, which are locked, and another for what lies beside them.
        """
        slot = _Pointer.from_address(file)
        real_at = slot.value
        if real_at is None:
            msg = "an open file has methods"
            raise RuntimeError(msg)
        known = self._tables.get(real_at)
        if known is None:
            real = _Methods.from_address(real_at)
            if not self._tables:
                self.real_read = _RealTransfer(real.xRead)
                self.real_write = _RealTransfer(real.xWrite)
                self.real_truncate = _RealTruncate(real.xTruncate)
            ours, straight = _Methods.from_buffer_copy(real), _Methods.from_buffer_copy(real)
            names = ("xClose", "xRead", "xWrite", "xTruncate", "xSync")
            for name, call in zip(names, self._calls[2:], strict=True):
                setattr(ours, name, _address(call))
                if name in ("xClose", "xSync"):
                    setattr(straight, name, _address(call))
            # Without its third version SQLite reads no file through a memory map.
            ours.iVersion = straight.iVersion = 2
            known = self._tables[real_at] = _Ways(ours, straight, _CloseCall(real.xClose))
        slot.value = ctypes.addressof(known.ours)
        return known

    def _on_close(self, file: int) -> int:
        try:
            handle = self._open.pop(file)
            code = handle.close()
            handle.keeper.closed(handle)
        except BaseException as error:  # noqa: BLE001  # the same
            self.escaped.append(error)
            return IOERR
        return code

    def _on_read(self, file: int, into: int, count: int, offset: int) -> int:
        try:
            handle = self._open[file]
            return handle.keeper.read(handle, into, count, offset)
        except BaseException as error:  # noqa: BLE001  # the same
            self.escaped.append(error)
            return IOERR_READ

    def _on_write(self, file: int, data: int, count: int, offset: int) -> int:
        try:
            handle = self._open[file]
            return handle.keeper.write(handle, data, count, offset)
        except BaseException as error:  # noqa: BLE001  # the same
            self.escaped.append(error)
            return IOERR_WRITE

    def _on_truncate(self, file: int, size: int) -> int:
        try:
            handle = self._open[file]
            return handle.keeper.truncate(handle, size)
        except BaseException as error:  # noqa: BLE001  # the same
            self.escaped.append(error)
            return IOERR_TRUNCATE

    def _on_sync(self, file: int, _flags: int) -> int:
        try:
            handle = self._open[file]
            return handle.keeper.sync(handle)
        except BaseException as error:  # noqa: BLE001  # the same
            self.escaped.append(error)
            return IOERR_FSYNC

    def _on_delete(self, _vfs: int, name: int, sync_folder: int) -> int:
        try:
            path = os.fsdecode(ctypes.string_at(name))
            keeper = self._find(path)
            if keeper is not None:
                code = keeper.may_delete(path)
                if code != OK:
                    return code
                sync_folder = 0
            return int(self._real_delete(self._real_at, name, sync_folder))
        except BaseException as error:  # noqa: BLE001  # the same
            self.escaped.append(error)
            return IOERR_DELETE


def _address(call: Any) -> int | None:
    return ctypes.cast(call, _Pointer).value

"""The operating system's calls by which shipping Python code changes files, led through the disks.

While at least one disk stands, ``os.open``, ``os.replace``, ``os.rename``, ``os.unlink``, ``os.remove``,
``os.fsync``, ``os.pwrite``, ``os.ftruncate`` and ``os.posix_fallocate`` are asked of it first; paths of nobody's go straight through.
"""

# ruff: noqa: PTH100, PTH115, PTH119, PTH120  # it stands below pathlib, and sees paths as the operating system does

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.simulation.disk.faults import Io
from tests.simulation.disk.vfs import Layer

if TYPE_CHECKING:
    from tests.simulation.disk.answers import Answers

real_open = os.open
real_replace = os.replace
real_rename = os.rename
real_unlink = os.unlink
real_fsync = os.fsync
real_fallocate = os.posix_fallocate
real_pwrite = os.pwrite
real_ftruncate = os.ftruncate

_disks: list["Answers"] = []
_layers: list[Layer] = []


def attach(disk: "Answers") -> Layer:
    """Let a disk answer for its folder; the first one lays the layers."""
    if not _layers:
        _layers.append(Layer(find))
    if any(each.folder == disk.folder for each in _disks):
        msg = f"{disk.folder} has a disk already"
        raise ValueError(msg)
    _disks.append(disk)
    _lead(_OURS)
    return _layers[0]


def detach(disk: "Answers") -> None:
    """Let nobody answer for a folder any more."""
    if disk in _disks:
        _disks.remove(disk)
    if not _disks:
        _lead(_THEIRS)


def detach_all() -> None:
    """Let nobody answer for any folder, after a run that broke off."""
    while _disks:
        detach(_disks[-1])


def find(path: str) -> "Answers | None":
    """Return whose a path is; the innermost folder counts."""
    best: Answers | None = None
    for each in _disks:
        if path.startswith(f"{each.folder}{os.sep}") and (
            best is None or len(str(each.folder)) > len(str(best.folder))
        ):
            best = each
    return best


def _lead(calls: dict[str, Callable[..., Any]]) -> None:
    for name, call in calls.items():
        setattr(os, name, call)


def _path(path: Any) -> str:
    return (
        os.path.realpath(os.path.dirname(text := os.path.abspath(os.fsdecode(path))))
        + os.sep
        + os.path.basename(text)
    )


def _open(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    text = _path(path)
    disk = find(text) if dir_fd is None else None
    if disk is None or not flags & os.O_CREAT:
        return real_open(path, flags, mode, dir_fd=dir_fd)
    if os.path.lexists(text):
        if disk.down:
            disk.cut_now(text)
        return real_open(path, flags, mode)
    cut = disk.may(Io.CREATE, text)
    handle = real_open(path, flags, mode)
    disk.made(text)
    if cut:
        os.close(handle)
        disk.cut_now(text)
    return handle


def _replace(source: Any, target: Any, **folders: Any) -> None:
    text = _path(target)
    disk = find(text) if not folders else None
    if disk is None:
        real_replace(source, target, **folders)
        return
    cut = disk.may(Io.RENAME, text)
    disk.renaming(_path(source), text)
    real_replace(source, target)
    if cut:
        disk.cut_now(text)


def _unlink(path: Any, *, dir_fd: int | None = None) -> None:
    text = _path(path)
    disk = find(text) if dir_fd is None else None
    if disk is None or not os.path.lexists(text):
        real_unlink(path, dir_fd=dir_fd)
        return
    cut = disk.may(Io.DELETE, text)
    disk.removing(text)
    real_unlink(path)
    if cut:
        disk.cut_now(text)


def _fsync(handle: Any) -> None:
    number = handle if isinstance(handle, int) else handle.fileno()
    path = os.readlink(f"/proc/self/fd/{number}")
    found = os.fstat(number)
    folder = stat.S_ISDIR(found.st_mode)
    disk = find(path + os.sep + "x" if folder else path)
    if disk is None:
        real_fsync(handle)
        return
    cut = disk.may(Io.FOLDER_SYNC if folder else Io.FILE_SYNC, path)
    if folder:
        disk.folder_synced()
    else:
        disk.file_synced(found.st_ino, Path(path).read_bytes())
    if cut:
        disk.cut_now(path)


def _pwrite(handle: int, content: Any, offset: int) -> int:
    path = os.readlink(f"/proc/self/fd/{handle}")
    disk = find(path)
    if disk is not None:
        disk.writing(path, handle, len(content), offset)
    return real_pwrite(handle, content, offset)


def _ftruncate(handle: int, size: int) -> None:
    path = os.readlink(f"/proc/self/fd/{handle}")
    disk = find(path)
    if disk is not None:
        disk.cutting(path, handle, size)
    real_ftruncate(handle, size)


def _fallocate(handle: int, offset: int, count: int) -> None:
    path = os.readlink(f"/proc/self/fd/{handle}")
    disk = find(path)
    if disk is not None and disk.may(Io.WRITE, path, more=max(0, offset + count - os.fstat(handle).st_size)):
        disk.cut_now(path)
    real_fallocate(handle, offset, count)


_OURS: dict[str, Callable[..., Any]] = {
    "open": _open,
    "replace": _replace,
    "rename": _replace,
    "unlink": _unlink,
    "remove": _unlink,
    "fsync": _fsync,
    "posix_fallocate": _fallocate,
    "pwrite": _pwrite,
    "ftruncate": _ftruncate,
}
_THEIRS: dict[str, Callable[..., Any]] = {
    "open": real_open,
    "replace": real_replace,
    "rename": real_rename,
    "unlink": real_unlink,
    "remove": real_unlink,
    "fsync": real_fsync,
    "posix_fallocate": real_fallocate,
    "pwrite": real_pwrite,
    "ftruncate": real_ftruncate,
}

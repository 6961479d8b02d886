"""Which keyring is real: the operating system's own, asked in bounded time, and never a stand-in.

The ``keyring`` package can come up with backends that refuse everything, keep nothing, or write passwords
in clear into a file (``keyrings.alt``). Only backends of the operating system are taken.
"""

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

CHOICE = "COUNTERSIGN_KEYRING"
"""Environment variable: ``file`` keeps the secrets in the owner-only file and asks no keyring."""

REAL_BACKENDS = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.libsecret",
        "keyring.backends.kwallet",
        "keyring.backends.macOS",
        "keyring.backends.Windows",
    }
)

ANSWER_WITHIN_S = 10.0
"""A keyring behind a D-Bus that hangs must not keep a till from opening."""

log = logging.getLogger(__name__)


class KeyringFailed(Exception):
    """The keyring refused, failed or did not answer in time."""


class Keyring(Protocol):
    """What is asked of a keyring. Both methods raise :class:`KeyringFailed`."""

    def get(self, service: str, name: str) -> str | None:
        """Return what is kept under this name, or None."""
        ...

    def set(self, service: str, name: str, text: str) -> None:
        """Keep a text under this name."""
        ...


class BoundedKeyring:
    """A backend of the ``keyring`` package, each call bounded in time."""

    def __init__(self, backend: "KeyringBackend", *, within_s: float = ANSWER_WITHIN_S) -> None:
        """Take a backend and the longest wait."""
        self._backend = backend
        self._within_s = within_s

    def get(self, service: str, name: str) -> str | None:
        """Return what is kept under this name, or None."""
        return bounded(lambda: self._backend.get_password(service, name), self._within_s)

    def set(self, service: str, name: str, text: str) -> None:
        """Keep a text under this name."""
        bounded(lambda: self._backend.set_password(service, name, text), self._within_s)


def os_keyring(*, within_s: float = ANSWER_WITHIN_S) -> Keyring | None:
    """Return the operating system's keyring, or None when there is none that is real."""
    if os.environ.get(CHOICE, "").strip().lower() == "file":
        return None
    # A till whose secrets lie in a file comes up without the package, which takes a tenth of a second to load.
    from keyring import get_keyring

    try:
        backend = bounded(lambda: real_backend(get_keyring()), within_s)
    except KeyringFailed as error:
        log.info("no keyring of the operating system: %s", error)
        return None
    return None if backend is None else BoundedKeyring(backend, within_s=within_s)


def real_backend(found: "KeyringBackend") -> "KeyringBackend | None":
    """Return the operating system's backend out of what the package found (a chain offers several)."""
    for backend in getattr(found, "backends", [found]):
        if type(backend).__module__ in REAL_BACKENDS:
            return backend  # type: ignore[no-any-return]  # the chain's list carries no type
    return None


def bounded(work: Callable[[], T], within_s: float) -> T:
    """Run work that may hang, on a thread that is left behind if it does."""
    results: list[T] = []
    problems: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001  # backends raise what their libraries raise
            problems.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(within_s)
    if results:
        return results[0]
    if problems:
        from keyring.errors import KeyringError

        kind = "" if isinstance(problems[0], KeyringError) else f"{type(problems[0]).__name__}: "
        message = f"{kind}{problems[0]}"
        raise KeyringFailed(message) from problems[0]
    message = f"no answer within {within_s:g} s"
    raise KeyringFailed(message)

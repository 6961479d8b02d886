"""The address on which central listens: claimed before anything starts, healthy before it is announced."""

import logging
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sync.rules.user_error import UserError

HEALTHY_TIMEOUT_S = 1_800.0
"""A busy machine may take minutes to load a worker. Whoever started central waits for its word, and would wait for ever if
central gave up before it stood; a worker that cannot start ends it anyway."""
ASK_TIMEOUT_S = 5.0
_POLL_S = 0.05
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, bound only when asked for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """A numeric address and a port."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The URL by which this machine reaches it."""
        host = _EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


@contextmanager
def claim_address(host: str, port: int) -> Iterator[Address]:
    """Hold a port for the workers, who all listen on it (SO_REUSEPORT); 0 takes a free one.

    The socket held here is bound but never listens, so that no connection lands on it. Raises
    :class:`UserError` ``address_taken`` or ``address_unusable``.
    """
    family, numeric = _resolve(host)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Without SO_REUSEPORT this fails when any other program listens there, a second central above all.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(probe, numeric, port)
    with socket.socket(family, socket.SOCK_STREAM) as held:
        # Only SO_REUSEPORT: a second central's probe, which lacks it, then fails here before anyone listens.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(held, numeric, port)
        yield Address(numeric, held.getsockname()[1])


def wait_until_healthy(address: Address) -> bool:
    """Ask ``/health`` until it answers 200; False, and said in the log, when it never does."""
    # Not through a proxy of the environment: this is our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + HEALTHY_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            with opener.open(f"{address.url}/health", timeout=ASK_TIMEOUT_S) as answer:
                if answer.status == 200:  # noqa: PLR2004 - HTTP's word for "well"
                    return True
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(_POLL_S)
    log.error("central has not answered for %d s, so its address is told to nobody", HEALTHY_TIMEOUT_S)
    return False


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise UserError(
            "address_unusable",
            f"“{host}” is no address: {error.strerror}.",
            "Give --host an address of this machine.",
        ) from error
    return family, str(address[0])


def _bind(holder: socket.socket, host: str, port: int) -> None:
    try:
        holder.bind((host, port))
    except OSError as error:
        raise UserError(
            "address_taken",
            f"Central cannot listen on {host} port {port}: {error.strerror}.",
            "Stop what listens there, or choose another with --port (0 takes a free one).",
        ) from error

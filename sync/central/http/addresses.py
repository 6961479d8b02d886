"""From which network address a request comes, also through proxies that the operator trusts."""

import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from sync.rules.user_error import UserError

PROXIES_VARIABLE = "COUNTERSIGN_TRUSTED_PROXIES"
NOBODY = "unknown"
_log = logging.getLogger(__name__)
MAX_HOPS = 20
"""Entries of ``X-Forwarded-For`` that are looked at, from the last on."""
_FORWARDED = b"x-forwarded-for"
_WHOSE_V4, _WHOSE_V6 = 32, 64
"""How much of an address is one caller: whoever has one IPv6 address has a whole /64 of them."""
_TOLD_V4, _TOLD_V6 = 24, 48
"""How much of an address a case tells."""
MAX_REMEMBERED = 4096
"""Addresses whose reading is kept: most requests of a moment come from some that were just here."""

_Networks = tuple[IPv4Network | IPv6Network, ...]


class Proxies:
    """The proxies whose word is believed on where a request comes from."""

    def __init__(self, trusted: _Networks = ()) -> None:
        """Believe these; without any, the connection's own address is the caller's."""
        self._trusted = trusted
        self._warned = False

    def client_of(self, scope: Mapping[str, Any]) -> str:
        """Return the address of whoever asks: the last one that no trusted proxy has.

        What somebody writes into ``X-Forwarded-For`` themselves stands further left, and is not looked at.
        """
        client = scope.get("client")
        address = str(client[0]) if client else NOBODY
        if not _is_in(address, self._trusted):
            self._warn_once(address, scope["headers"])
            return address
        for text in reversed(_forwarded(scope["headers"])):
            hop = _without_port(text)
            if _parsed(hop) is None:
                break
            address = hop
            if not _is_in(address, self._trusted):
                break
        return address

    def _warn_once(self, address: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Tell whoever runs the office that all its callers count as one, because their proxy is not named."""
        parsed = _parsed(address)
        if self._warned or parsed is None or not parsed.is_private or not any(_forwarded(headers)):
            return
        self._warned = True
        _log.warning(
            "a proxy at %s is not in %s: all behind it count as one", told(address), PROXIES_VARIABLE
        )


def choose_proxies(environment: Mapping[str, str]) -> Proxies:
    """Return the networks whose ``X-Forwarded-For`` is believed; raises :class:`UserError` ``proxies_unfit``."""
    found = []
    for text in filter(None, (part.strip() for part in environment.get(PROXIES_VARIABLE, "").split(","))):
        try:
            found.append(ip_network(text, strict=False))
        except ValueError:
            raise UserError(
                "proxies_unfit",
                f"{PROXIES_VARIABLE} has “{text[:50]}”, which is no address and no network.",
                "Write it as in 10.0.0.5,192.168.7.0/24.",
            ) from None
    return Proxies(tuple(found))


def whose(address: str) -> str:
    """Return what counts as one caller for rate limits: an IPv4 address, or the /64 of an IPv6 address."""
    return _network_of(address, _WHOSE_V4, _WHOSE_V6)


def told(address: str) -> str:
    """Return as much of an address as people who read cases need to know."""
    return _network_of(address, _TOLD_V4, _TOLD_V6)


@lru_cache(MAX_REMEMBERED)
def _network_of(address: str, v4: int, v6: int) -> str:
    parsed = _parsed(address)
    if parsed is None:
        return NOBODY
    return str(ip_network((parsed, v4 if isinstance(parsed, IPv4Address) else v6), strict=False))


def _forwarded(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    lines = [value.decode("latin-1") for name, value in headers if name.lower() == _FORWARDED]
    return [part.strip() for part in ",".join(lines).split(",")][-MAX_HOPS:]


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


@lru_cache(MAX_REMEMBERED)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def _is_in(address: str, networks: _Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(
        parsed in network for network in networks if network.version == parsed.version
    )

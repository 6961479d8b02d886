"""Tokens: short ones for tills, longer ones for people, links that show one page. HS256, exact claims."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import jwt
import msgspec

from sync.central.clock import SYSTEM_CLOCK, Clock
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

TILL_TOKEN_S = 15 * 60
STAFF_TOKEN_S = 7 * 24 * 3600
MAX_TOKEN_CHARS = 2_000
_ALGORITHM = "HS256"
_MS = 1000

T = TypeVar("T", bound=msgspec.Struct)


class Audience(StrEnum):
    """What a token is for; a token for one is none for another."""

    TILL = "till"
    STAFF = "staff"
    LATEST = "latest"


class Scope(StrEnum):
    """What a till's token opens: everything, or nothing but the upload of what was recorded."""

    ALL = "all"
    UPLOAD = "upload"


class TillClaims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which till this is. ``exp`` is seconds since the Unix epoch."""

    aud: str
    net: int
    till: int
    inc: int
    scope: Scope
    exp: int


class StaffClaims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which person this is; what they may do is read anew with each request."""

    aud: str
    net: int
    staff: int
    exp: int


class LinkClaims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose newest sales and redemptions a link shows."""

    aud: str
    net: int
    exp: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads tokens. ``key`` signs what is sent as a credential, ``link_key`` what stands in a URL."""

    key: bytes
    link_key: bytes
    clock: Clock = SYSTEM_CLOCK

    def for_till(self, *, network: int, till: int, incarnation: int, scope: Scope) -> str:
        """Make a till's token; it lives ``TILL_TOKEN_S``."""
        exp = self._now_s() + TILL_TOKEN_S
        claims = TillClaims(
            aud=Audience.TILL.value, net=network, till=till, inc=incarnation, scope=scope, exp=exp
        )
        return self._sign(claims, self.key)

    def for_staff(self, *, network: int, staff: int) -> str:
        """Make a person's token; it lives ``STAFF_TOKEN_S``."""
        exp = self._now_s() + STAFF_TOKEN_S
        return self._sign(StaffClaims(aud=Audience.STAFF.value, net=network, staff=staff, exp=exp), self.key)

    def for_link(self, *, network: int, lifetime_s: int) -> str:
        """Make the key of a link to a network's newest sales and redemptions."""
        exp = self._now_s() + lifetime_s
        return self._sign(LinkClaims(aud=Audience.LATEST.value, net=network, exp=exp), self.link_key)

    def read_till(self, token: str) -> TillClaims:
        """Return a till's claims; raises :class:`Refusal` unauthenticated."""
        return self._read(token, Audience.TILL, TillClaims, self.key)

    def read_staff(self, token: str) -> StaffClaims:
        """Return a person's claims; raises :class:`Refusal` unauthenticated."""
        return self._read(token, Audience.STAFF, StaffClaims, self.key)

    def read_link(self, token: str) -> LinkClaims:
        """Return what a link shows; raises :class:`Refusal` unauthenticated."""
        return self._read(token, Audience.LATEST, LinkClaims, self.link_key)

    def _now_s(self) -> int:
        return self.clock.now_ms() // _MS

    def _sign(self, claims: msgspec.Struct, key: bytes) -> str:
        return jwt.encode(msgspec.to_builtins(claims), key, algorithm=_ALGORITHM)

    def _read(self, token: str, audience: Audience, claims_type: type[T], key: bytes) -> T:
        if not token or len(token) > MAX_TOKEN_CHARS:
            raise _not_accepted()
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=audience.value,
                options={"require": ["exp", "aud"], "verify_exp": False},
            )
            if claims["exp"] <= self._now_s():
                raise jwt.ExpiredSignatureError
            return msgspec.convert(claims, claims_type)
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError, TypeError) as error:
            raise _not_accepted() from error


def _not_accepted() -> Refusal:
    return Refusal(
        ProblemType.UNAUTHENTICATED,
        "The token is not valid (any more).",
        "Sign in again and repeat the request.",
    )

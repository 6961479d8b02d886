"""Tokens: short ones for tills, longer ones for people, links that show one page. HS256, exact claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import jwt
import msgspec

from sync.central.clock import SYSTEM_CLOCK, Clock
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

TILL_TOKEN_S = 15 * 60
STAFF_TOKEN_S = 7 * 24 * 3600
REFRESH_TOKEN_S = 30 * 24 * 3600
"""How long somebody may be away and still need no password; each refresh begins it anew."""
MAX_TOKEN_CHARS = 2_000
_ALGORITHM = "HS256"
_MS = 1000

T = TypeVar("T", bound=msgspec.Struct)


class Audience(StrEnum):
    """What a token is for; a token for one is none for another."""

    TILL = "till"
    STAFF = "staff"
    GUEST = "guest"
    REFRESH = "refresh"
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
    """Which person this is, by which sign-in; what they may do is read anew with each request."""

    aud: str
    net: int
    staff: int
    sid: UUID
    exp: int


class GuestClaims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which guest this is, by which sign-in."""

    aud: str
    net: int
    guest: int
    sid: UUID
    exp: int


class RefreshClaims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sign-in is to go on; ``gen`` says which of its refresh tokens this is."""

    aud: str
    net: int
    sid: UUID
    gen: int
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

    def for_staff(self, *, network: int, staff: int, session: UUID) -> str:
        """Make a person's token; it lives ``STAFF_TOKEN_S``, and no longer than its session."""
        exp = self._now_s() + STAFF_TOKEN_S
        claims = StaffClaims(aud=Audience.STAFF.value, net=network, staff=staff, sid=session, exp=exp)
        return self._sign(claims, self.key)

    def for_guest(self, *, network: int, guest: int, session: UUID) -> str:
        """Make a guest's token; it lives ``STAFF_TOKEN_S``, and no longer than its session."""
        exp = self._now_s() + STAFF_TOKEN_S
        claims = GuestClaims(aud=Audience.GUEST.value, net=network, guest=guest, sid=session, exp=exp)
        return self._sign(claims, self.key)

    def for_refresh(self, *, network: int, session: UUID, generation: int) -> str:
        """Make the token by which a session goes on; it lives ``REFRESH_TOKEN_S`` and is used once."""
        exp = self._now_s() + REFRESH_TOKEN_S
        claims = RefreshClaims(aud=Audience.REFRESH.value, net=network, sid=session, gen=generation, exp=exp)
        return self._sign(claims, self.key)

    def for_link(self, *, network: int, lifetime_s: int) -> str:
        """Make the key of a link to a network's newest sales and redemptions."""
        exp = self._now_s() + lifetime_s
        return self._sign(LinkClaims(aud=Audience.LATEST.value, net=network, exp=exp), self.link_key)

    def read_till(self, token: str) -> TillClaims:
        """Return a till's claims; raises :class:`Refusal` unauthenticated."""
        return self._read(token, Audience.TILL, TillClaims, self.key)

    def read_caller(self, token: str) -> StaffClaims | GuestClaims:
        """Return the claims of whoever works here or is a guest; raises :class:`Refusal` unauthenticated."""
        claims = self._decode(token, (Audience.STAFF, Audience.GUEST), self.key)
        if claims["aud"] == Audience.GUEST:
            return _fit(claims, GuestClaims)
        return _fit(claims, StaffClaims)

    def read_refresh(self, token: str) -> RefreshClaims:
        """Return which session is to go on; raises :class:`Refusal` unauthenticated."""
        return self._read(token, Audience.REFRESH, RefreshClaims, self.key)

    def read_link(self, token: str) -> LinkClaims:
        """Return what a link shows; raises :class:`Refusal` unauthenticated."""
        return self._read(token, Audience.LATEST, LinkClaims, self.link_key)

    def _now_s(self) -> int:
        return self.clock.now_ms() // _MS

    def _sign(self, claims: msgspec.Struct, key: bytes) -> str:
        return jwt.encode(msgspec.to_builtins(claims), key, algorithm=_ALGORITHM)

    def _read(self, token: str, audience: Audience, claims_type: type[T], key: bytes) -> T:
        return _fit(self._decode(token, (audience,), key), claims_type)

    def _decode(self, token: str, audiences: Sequence[Audience], key: bytes) -> dict[str, Any]:
        if not token or len(token) > MAX_TOKEN_CHARS:
            raise _not_accepted()
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=[audience.value for audience in audiences],
                options={"require": ["exp", "aud"], "verify_exp": False},
            )
            if claims["exp"] <= self._now_s():
                raise jwt.ExpiredSignatureError
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise _not_accepted() from error
        return claims


def _fit(claims: dict[str, Any], claims_type: type[T]) -> T:
    try:
        return msgspec.convert(claims, claims_type)
    except msgspec.ValidationError as error:
        raise _not_accepted() from error


def _not_accepted() -> Refusal:
    return Refusal(
        ProblemType.UNAUTHENTICATED,
        "The token is not valid (any more).",
        "Sign in again and repeat the request.",
    )

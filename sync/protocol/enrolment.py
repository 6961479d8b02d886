"""How a machine becomes a till, and how a till proves each day that it still is one."""

from urllib.parse import parse_qs, quote, urlsplit

import msgspec

QR_SCHEME = "countersign"


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The one-time code, the till's new public key, and proof that it holds the private half.

    ``proof`` signs ``code || public_key`` (``Purpose.ENROLMENT``). Sending the same code with the same
    key again gives the same answer: a lost reply strands nobody.
    """

    code: str
    public_key: bytes
    proof: bytes
    app_version: str
    machine: str = ""


class TillCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """Who a till is, as central signs it (``Purpose.CERTIFICATE``).

    A central that was restored to a time before the enrolment knows the till again by it.
    """

    network: int
    restaurant: int
    till: int
    incarnation: int
    public_key: bytes
    restaurant_name: str
    till_name: str


class SignedCertificate(msgspec.Struct, frozen=True, array_like=True):
    """A certificate's canonical bytes and central's signature over them."""

    body: bytes
    signature: bytes


class EnrolReply(msgspec.Struct, frozen=True, kw_only=True):
    """Who the till is now, and the keys it needs. ``digest_key`` is stored beside the file key."""

    network: int
    restaurant: int
    till: int
    incarnation: int
    network_name: str
    restaurant_name: str
    till_name: str
    zone: str
    currency: str
    central_key: bytes
    digest_key: bytes
    server_ms: int
    certificate: SignedCertificate | None = None


class ReadmitRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask a central that does not know this till (any more) to take it back.

    ``proof`` signs ``nonce || certificate.body`` by the till's key (``Purpose.READMISSION``).
    """

    certificate: SignedCertificate
    nonce: bytes
    proof: bytes


class ReadmitReply(msgspec.Struct, frozen=True, kw_only=True):
    """The till is known again."""

    server_ms: int


class RenewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for a new life of this till on the same machine; ``proof`` signs the other fields' canonical bytes.

    ``why`` is ``damaged`` (its newest events cannot be read any more) or ``rolled_back`` (its files are an older
    copy). Asking again after a lost answer gives the same life.
    """

    network: int
    till: int
    incarnation: int
    why: str
    last_good_seq: int
    nonce: bytes
    app_version: str = ""
    proof: bytes = b""


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for a short-lived token; ``proof`` signs the canonical bytes of the other fields."""

    network: int
    till: int
    incarnation: int
    nonce: bytes
    wall_ms: int
    proof: bytes = b""


class TokenReply(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token for ``/sync/v1`` and how long it lives (seconds).

    ``scope`` is ``upload`` for a till that is revoked or fenced: it may still hand over what it recorded,
    and everything else is refused with the reason. Otherwise it is ``all``.
    """

    token: str
    expires_in: int
    server_ms: int
    scope: str = "all"


def enrolment_qr(central: str, code: str) -> str:
    """Return the text of the enrolment QR: ``countersign:enrol?central=…&code=…``."""
    return f"{QR_SCHEME}:enrol?central={quote(central, safe='')}&code={quote(code, safe='')}"


def read_enrolment_qr(text: str) -> tuple[str, str] | None:
    """Return central's address and the code, or None when the text is no enrolment QR."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    if parts.scheme != QR_SCHEME or parts.path != "enrol":
        return None
    fields = parse_qs(parts.query)
    central, code = fields.get("central", []), fields.get("code", [])
    if len(central) != 1 or len(code) != 1:
        return None
    return central[0], code[0]

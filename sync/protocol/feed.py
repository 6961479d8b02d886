"""Down: changes that can alter a till's verdict, and the snapshot they continue.

Rows are absolute and versioned: applying one twice, or an older one late, changes nothing.
"""

from enum import StrEnum

import msgspec

from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.points_rules import PointsRules
from sync.rules.rewards import Reward
from sync.rules.sale import Guest

MAX_PAGE_CHANGES = 2_000
MAX_WAIT_MS = 25_000


class Table(StrEnum):
    """Which replica table a change belongs to."""

    CAMPAIGN = "campaign"
    CODE = "code"
    CARD = "card"
    GUEST = "guest"
    STAFF = "staff"
    SETTINGS = "settings"


class Change(msgspec.Struct, frozen=True, array_like=True):
    """One row as it is now (MessagePack of the table's row struct), or its tombstone (``row`` None)."""

    table: Table
    id: int
    version: int
    row: bytes | None


class CodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A code and the keyed digests it answers to: of its exact text, then, if another, its folded one.

    ``text_version`` is the version of this row that brought the text: whoever has that one or a newer one has these
    digests already. None where it is not told.
    """

    code: Code
    digests: tuple[bytes, ...]
    text_version: int | None = None


class CampaignRow(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as the rules take it."""

    campaign: Campaign


class CardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A guest's card. ``digest`` is of the whole QR text, or of the six digits when ``digits``.

    Digits are good from ``issued_at_ms`` until ``expires_at_ms``; a card has neither.
    """

    id: int
    guest_id: int
    digest: bytes
    digits: bool = False
    active: bool = True
    issued_at_ms: int | None = None
    expires_at_ms: int | None = None


class GuestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A guest: what rules need, and what a cashier needs to greet the right person.

    ``merged_into`` is set for a registration that turned out to be another guest's: that one's row counts.
    ``wallet`` are the codes of the vouchers that the guest carries, in the guest's own order.
    """

    guest: Guest
    name: str
    phone_last4: str = ""
    phone_digest: bytes | None = None
    merged_into: int | None = None
    wallet: tuple[int, ...] = ()


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may sign in at a till; ``pin_hash`` is argon2id in PHC form."""

    id: int
    name: str
    role: str
    pin_hash: str | None = None
    badge_digest: bytes | None = None
    active: bool = True


class TierRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tier as the network set it: basis points off the bill (or earned), and from where it begins."""

    name: str
    percent_bp: int
    from_points: int


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the small catalogue that the office keeps for the tills."""

    item: str
    name: str
    price_minor: int
    category: str = ""
    tax_group: str = "standard"


class LetterheadRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the office has printed on a restaurant's receipts; ``logo`` names a picture of the settings' ``logos``."""

    name: str = ""
    address: tuple[str, ...] = ()
    tax_id: str = ""
    thanks: str = ""
    logo: str = ""


class TillSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A till as other tills know it: ``keys`` are its public keys by incarnation."""

    name: str
    restaurant: int
    keys: dict[int, bytes]


class SettingsRow(msgspec.Struct, frozen=True, kw_only=True):
    """The network's settings that tills follow. ``model`` is DISCOUNT or POINTS (document 004).

    The two switches of referral codes are off until somebody turns them on (document 001). ``voucher_keys``
    are the office's public keys by number, ``card_keys`` the keys of cards, sealed
    (:mod:`sync.protocol.sealed_keys`); a withdrawn key is missing. ``letterheads`` are restaurants' own, ``logos`` PNG;
    ``tills`` are those whose receipts can be checked without the office, as far as they were told.
    """

    network_name: str
    currency: str
    currency_exponent: int = 2
    model: str = "DISCOUNT"
    tiers: tuple[TierRow, ...] = ()
    restaurants: dict[int, str] = {}
    products: tuple[Product, ...] = ()
    referral_enabled: bool = False
    referral_required: bool = False
    voucher_keys: dict[int, bytes] = {}
    card_keys: dict[int, bytes] = {}
    points: PointsRules = PointsRules()
    rewards: tuple[Reward, ...] = ()
    letterheads: dict[int, LetterheadRow] = {}
    logos: dict[str, bytes] = {}
    tills: dict[int, TillSeen] = {}


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Changes after the cursor, in order. ``number`` is the cursor after them; ``head`` central's newest.

    ``contact``: central waits for this till's contact, as when another till wants units that it holds.
    """

    epoch: str
    number: int
    head: int
    changes: tuple[Change, ...]
    server_ms: int = 0
    contact: bool = False


class ChunkKind(StrEnum):
    """What a chunk of a snapshot is, once its zstd is undone, in MessagePack.

    ``CHANGES``: ``list[Change]``. ``CODES`` and ``CODE_DIGESTS``: the columns of
    :mod:`sync.protocol.code_columns`.
    """

    CHANGES = "changes"
    CODES = "codes"
    CODE_DIGESTS = "code_digests"


class ChunkInfo(msgspec.Struct, frozen=True, array_like=True):
    """One chunk of a snapshot: its size and SHA-256 as sent (compressed), its rows, and what they are.

    ``kind`` is a :class:`ChunkKind`; a till that does not know it says "update needed".
    """

    size: int
    sha256: bytes
    rows: int
    kind: str = ChunkKind.CHANGES.value


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot consists of. Cursor and rows come from one repeatable read."""

    snapshot: int
    network: int
    epoch: str
    number: int
    rows: int
    chunks: tuple[ChunkInfo, ...]


class SignedManifest(msgspec.Struct, frozen=True, array_like=True):
    """A manifest's canonical bytes and central's signature over them (``Purpose.SNAPSHOT``)."""

    body: bytes
    signature: bytes

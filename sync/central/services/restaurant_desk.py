"""What the office sees and changes of its restaurants. Every change is in the audit log, in its own transaction."""

import struct
from datetime import datetime

import asyncpg
import msgspec

from sync.central.schema.words import TillStatus
from sync.central.services.audit import record_by
from sync.central.services.editing.versions import require_version, versioned
from sync.central.services.login import Person
from sync.central.services.names import fit_name, is_storable
from sync.central.services.networks import fit_currency, fit_zone, publish_settings
from sync.central.services.one_row import one_row
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.central.services.restaurants import create_restaurant
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

MAX_ADDRESS_LINES = 6
MAX_LINE_CHARS = 120
MAX_LOGO_BYTES = 24 * 1024
"""It travels to every till with the settings."""
MAX_LOGO_SIDE = 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = struct.Struct(">8sI4sII")

_FIELDS = (
    "id, name, zone AS timezone, currency, archived, letterhead, logo IS NOT NULL AS has_logo, created_at, "
    "md5(logo) AS logo_mark"
)


class Letterhead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What its receipts say above and below the sale; ``name`` stands there instead of the restaurant's own name."""

    name: str = ""
    address: list[str] = []
    tax_id: str = ""
    thanks: str = ""


class RestaurantView(msgspec.Struct, frozen=True, kw_only=True):
    """A restaurant; ``timezone`` (IANA) and ``currency`` are null where the network's own hold.

    ``version`` comes back with a change.
    """

    id: int
    name: str
    timezone: str | None
    currency: str | None
    archived: bool
    letterhead: Letterhead
    has_logo: bool
    created_at: datetime
    version: int = 0


class NewRestaurant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A restaurant to be made."""

    name: str
    timezone: str | None = None
    currency: str | None = None


class RestaurantChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. ``logo`` is a PNG in base 64, null for none any more.

    A ``version`` that is not the restaurant's any more is refused.
    """

    name: str | msgspec.UnsetType = msgspec.UNSET
    timezone: str | msgspec.UnsetType | None = msgspec.UNSET
    currency: str | msgspec.UnsetType | None = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    letterhead: Letterhead | msgspec.UnsetType = msgspec.UNSET
    logo: bytes | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def list_restaurants(
    connection: asyncpg.Connection, network: int, *, limit: int, offset: int
) -> tuple[list[RestaurantView], int]:
    """Return some restaurants, the oldest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        "FROM restaurants WHERE network_id = $1",
        network,
        order="id",
        limit=limit,
        offset=offset,
    )
    return [_view(row) for row in rows], total


async def read_restaurant(connection: asyncpg.Connection, network: int, restaurant: int) -> RestaurantView:
    """Return one restaurant; raises :class:`Refusal` ``not-found``."""
    row = await one_row(
        connection,
        f"SELECT {_FIELDS} FROM restaurants WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network,
        restaurant,
        missing=Refusal(ProblemType.NOT_FOUND, f"There is no restaurant {restaurant}.", "Check the number."),
    )
    return _view(row)


async def make_restaurant(
    connection: asyncpg.Connection, person: Person, new: NewRestaurant
) -> RestaurantView:
    """Make a restaurant; raises :class:`UserError` for a name, zone or currency that does not fit."""
    made = await create_restaurant(
        connection, person.network, name=new.name, zone=new.timezone, currency=new.currency
    )
    await _note(connection, person, "restaurant.create", made, new)
    return await read_restaurant(connection, person.network, made)


async def change_restaurant(
    connection: asyncpg.Connection, person: Person, restaurant: int, change: RestaurantChange
) -> RestaurantView:
    """Change a restaurant; raises :class:`Refusal` ``not-found`` and :class:`UserError` for what does not fit.

    One in which tills sell is not archived: ``conflict``, as for a version that somebody else has changed.
    """
    # The network first, as everywhere: its settings tell tills of its restaurants. So nobody changes one meanwhile.
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", person.network)
    now = await read_restaurant(connection, person.network, restaurant)
    require_version("restaurant", now, change)
    if change.archived is True and not now.archived:
        await _check_no_tills(connection, person.network, restaurant)
    zone = now.timezone if change.timezone is msgspec.UNSET else change.timezone
    currency = now.currency if change.currency is msgspec.UNSET else change.currency
    await connection.execute(
        """UPDATE restaurants SET name = $3, zone = $4, currency = $5, archived = $6, letterhead = $7,
            logo = CASE WHEN $8 THEN $9::bytea ELSE logo END
        WHERE network_id = $1 AND id = $2""",
        person.network,
        restaurant,
        now.name if change.name is msgspec.UNSET else fit_name(change.name),
        None if zone is None else fit_zone(zone),
        None if currency is None else fit_currency(currency),
        now.archived if change.archived is msgspec.UNSET else change.archived,
        msgspec.to_builtins(
            now.letterhead if change.letterhead is msgspec.UNSET else fit_letterhead(change.letterhead)
        ),
        change.logo is not msgspec.UNSET,
        fit_logo(change.logo) if isinstance(change.logo, bytes) else None,
    )
    await publish_settings(connection, person.network)
    await _note(connection, person, "restaurant.change", restaurant, change)
    return await read_restaurant(connection, person.network, restaurant)


async def _check_no_tills(connection: asyncpg.Connection, network: int, restaurant: int) -> None:
    tills: int = await connection.fetchval(
        "SELECT count(*) FROM tills WHERE network_id = $1 AND restaurant_id = $2 AND status = $3",
        network,
        restaurant,
        TillStatus.ACTIVE.value,
    )
    if tills:
        raise Refusal(
            ProblemType.CONFLICT,
            f"Tills sell in this restaurant: {tills}.",
            "Let them hand in what they recorded and revoke them, then archive it.",
        )


async def read_logo(connection: asyncpg.Connection, network: int, restaurant: int) -> bytes:
    """Return a restaurant's logo; raises :class:`Refusal` ``not-found``."""
    await read_restaurant(connection, network, restaurant)
    logo: bytes | None = await connection.fetchval(
        "SELECT logo FROM restaurants WHERE network_id = $1 AND id = $2", network, restaurant
    )
    if logo is None:
        raise Refusal(ProblemType.NOT_FOUND, "This restaurant has no logo.", "PATCH the restaurant with one.")
    return logo


def fit_letterhead(letterhead: Letterhead) -> Letterhead:
    """Return a letterhead as it fits on paper; raises :class:`UserError` ``letterhead_unfit``."""
    fitting = Letterhead(
        name=letterhead.name.strip(),
        address=[line.strip() for line in letterhead.address if line.strip()],
        tax_id=letterhead.tax_id.strip(),
        thanks=letterhead.thanks.strip(),
    )
    texts = [fitting.name, *fitting.address, fitting.tax_id, fitting.thanks]
    if len(fitting.address) > MAX_ADDRESS_LINES or not all(
        len(text) <= MAX_LINE_CHARS and is_storable(text) for text in texts
    ):
        raise UserError(
            "letterhead_unfit",
            f"A letterhead has at most {MAX_ADDRESS_LINES} lines of address, and {MAX_LINE_CHARS} visible "
            "characters a line.",
            "Write less.",
        )
    return fitting


def fit_logo(logo: bytes) -> bytes:
    """Return a logo that a receipt printer can print; raises :class:`UserError` ``logo_unfit``."""
    size = _size_of(logo)
    if size is None or len(logo) > MAX_LOGO_BYTES or not all(1 <= side <= MAX_LOGO_SIDE for side in size):
        raise UserError(
            "logo_unfit",
            f"A logo is a PNG of at most {MAX_LOGO_BYTES // 1024} KiB and {MAX_LOGO_SIDE} pixels a side.",
            "Draw it in black and white, as receipts are.",
        )
    return logo


def _size_of(picture: bytes) -> tuple[int, int] | None:
    """Return how wide and high a PNG is; None for what is none."""
    if len(picture) < _PNG_HEADER.size or not picture.startswith(_PNG):
        return None
    signature, _, kind, width, height = _PNG_HEADER.unpack(picture[: _PNG_HEADER.size])
    return (width, height) if (signature, kind) == (_PNG, b"IHDR") else None


def _view(row: asyncpg.Record) -> RestaurantView:
    fields = dict(row)
    logo = fields.pop("logo_mark")
    return versioned(msgspec.convert(fields, RestaurantView), logo)


async def _note(
    connection: asyncpg.Connection,
    person: Person,
    action: str,
    restaurant: int,
    what: RestaurantChange | NewRestaurant,
) -> None:
    detail = msgspec.to_builtins(what)
    if detail.get("logo"):
        # The log says that there is another one; the picture itself is no word for it.
        detail["logo"] = "changed"
    await record_by(connection, person, action, f"restaurant:{restaurant}", detail)

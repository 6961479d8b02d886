"""What the office changes of a guest: name, e-mail, blocking, children, tier by hand, cards. All of it audited."""

import asyncpg
import msgspec

from sync.central.card_picture import card_svg
from sync.central.schema.numbers import MAX_ID
from sync.central.schema.words import TierWhy
from sync.central.secrets import Secrets
from sync.central.services.audit import record_by
from sync.central.services.cards import give_digits, make_card
from sync.central.services.children import fit_children, seal_children
from sync.central.services.editing.versions import require_version
from sync.central.services.feed_rows import CARD_COLUMNS, GUEST_NAME_FIELD, card_row
from sync.central.services.field_keys import known_fields
from sync.central.services.guest_publishing import GUEST_CHILDREN_FIELD, GUEST_EMAIL_FIELD, publish_guest
from sync.central.services.guest_seal import locked_seal, seal_of
from sync.central.services.login import GuestCaller, Person
from sync.central.services.loyalty.card_design import face_of
from sync.central.services.loyalty.guest_desk import GuestView, read_guest, read_standing
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish
from sync.central.services.refusal import Refusal
from sync.central.services.staff import fit_email
from sync.central.services.tiers.qualifying import TierStep, change_tiers, qualifying_of, read_ladder
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Table
from sync.protocol.guest_data import Child
from sync.protocol.problems import ProblemType
from sync.protocol.wire import read_canonical
from sync.rules.user_error import UserError

Caller = Person | GuestCaller


class GuestChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. A ``version`` that is not the guest's any more is refused."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    email: str | msgspec.UnsetType | None = msgspec.UNSET
    blocked: bool | msgspec.UnsetType = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


class Children(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The children of a profile, all of them."""

    children: tuple[Child, ...]


class TierByHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tier that a guest is to have from now on."""

    tier: str


class MadeCard(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a new card's QR, shown now and never again, and the card as an SVG."""

    card: str
    picture: str


class GivenDigits(msgspec.Struct, frozen=True, kw_only=True):
    """Six digits that stand for the guest for some minutes."""

    digits: str
    expires_at_ms: int


async def change_guest(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, guest_id: int, change: GuestChange
) -> GuestView:
    """Change a guest who is there; raises :class:`UserError` for a name or address that does not fit.

    A version that somebody else has changed is a :class:`Refusal` ``conflict``.
    """
    seal = await locked_seal(connection, secrets, person.network, guest_id)
    require_version("guest", await read_guest(connection, secrets, person.network, guest_id), change)
    if change.name is not msgspec.UNSET:
        await _set(
            connection, person, guest_id, name_cipher=seal.seal(GUEST_NAME_FIELD, fit_name(change.name))
        )
    if change.email is not msgspec.UNSET:
        email = None if change.email is None else fit_email(change.email)
        key = secrets.digest_key(person.network)
        await _set(
            connection,
            person,
            guest_id,
            email_cipher=None if email is None else seal.seal(GUEST_EMAIL_FIELD, email),
            email_digest=None if email is None else keyed_digest(key, Subject.EMAIL, email.casefold()),
        )
    if change.blocked is not msgspec.UNSET:
        await _set(connection, person, guest_id, blocked=change.blocked)
    await publish_guest(connection, person.network, secrets, guest_id)
    # The log names what was changed, never what a person's name or address is.
    fields = [name for name in msgspec.to_builtins(change) if name != "version"]
    await _note(connection, person, "guest.change", guest_id, fields=fields)
    return await read_guest(connection, secrets, person.network, guest_id)


async def read_children(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, guest_id: int
) -> Children:
    """Return the children of a guest who is there."""
    row = await connection.fetchrow(
        "SELECT children_cipher, data_key FROM guests WHERE network_id = $1 AND id = $2", network_id, guest_id
    )
    if row["children_cipher"] is None:
        return Children(children=())
    fields = await known_fields(connection, secrets, network_id)
    text = seal_of(row, fields).open(GUEST_CHILDREN_FIELD, row["children_cipher"])
    return Children(children=read_canonical(text.encode(), tuple[Child, ...]))


async def set_children(
    connection: asyncpg.Connection, secrets: Secrets, caller: Caller, guest_id: int, wanted: Children
) -> Children:
    """Replace the children of a guest who is there; raises :class:`UserError` ``children_unfit``."""
    children = fit_children(wanted.children)
    seal = await locked_seal(connection, secrets, caller.network, guest_id)
    await connection.execute(
        "UPDATE guests SET children_cipher = $3 WHERE network_id = $1 AND id = $2",
        caller.network,
        guest_id,
        seal_children(seal, children),
    )
    await _note(connection, caller, "guest.children", guest_id, count=len(children))
    return Children(children=children)


async def set_tier(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, guest_id: int, wanted: TierByHand
) -> GuestView:
    """Give a guest a tier that no review takes away again; raises :class:`UserError` ``tier_unknown``."""
    ladder = await read_ladder(connection, person.network)
    if ladder.rank(wanted.tier) < 0:
        raise UserError(
            "tier_unknown",
            "There is no such tier.",
            f"Choose among {', '.join(tier.name for tier in ladder.tiers)}.",
        )
    before = await read_standing(connection, person.network, guest_id)
    counted = (await qualifying_of(connection, person.network, ladder, [guest_id]))[guest_id]
    step = TierStep(guest_id, before.tier, wanted.tier, TierWhy.BY_HAND, counted, earned=False)
    await change_tiers(connection, secrets, person.network, [step], actor=person.actor)
    await _note(connection, person, "guest.tier", guest_id, tier_from=before.tier, tier_to=wanted.tier)
    return await read_guest(connection, secrets, person.network, guest_id)


async def add_card(
    connection: asyncpg.Connection, secrets: Secrets, caller: Caller, guest_id: int
) -> MadeCard:
    """Give a guest another card."""
    text = await make_card(connection, caller.network, secrets, guest_id)
    await _note(connection, caller, "card.create", guest_id)
    tier: str = await connection.fetchval(
        "SELECT tier FROM guests WHERE network_id = $1 AND id = $2", caller.network, guest_id
    )
    return MadeCard(card=text, picture=card_svg(await face_of(connection, caller.network, tier), text))


async def show_digits(
    connection: asyncpg.Connection, secrets: Secrets, caller: Caller, guest_id: int
) -> GivenDigits:
    """Give a guest six digits; earlier ones of theirs end."""
    issued = await give_digits(connection, caller.network, secrets, guest_id)
    return GivenDigits(digits=issued.digits, expires_at_ms=issued.expires_at_ms)


async def end_card(connection: asyncpg.Connection, caller: Caller, guest_id: int, card_id: int) -> None:
    """Let no till take a card any more, and tell the tills; raises :class:`Refusal` ``not-found``."""
    record_ = await connection.fetchrow(
        f"""UPDATE cards SET active = false WHERE network_id = $1 AND guest_id = $2 AND id = $3
        RETURNING {CARD_COLUMNS}""",  # noqa: S608 - columns are ours
        caller.network,
        guest_id,
        card_id if 0 < card_id <= MAX_ID else None,
    )
    if record_ is None:
        raise Refusal(ProblemType.NOT_FOUND, f"This guest has no card {card_id}.", "Look at their cards.")
    await publish(connection, caller.network, Table.CARD, card_id, card_row(record_))
    await _note(connection, caller, "card.end", guest_id, card=card_id)


async def _set(connection: asyncpg.Connection, person: Person, guest_id: int, **fields: object) -> None:
    columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(fields, start=3))
    await connection.execute(
        f"UPDATE guests SET {columns} WHERE network_id = $1 AND id = $2",  # noqa: S608 - names are ours
        person.network,
        guest_id,
        *fields.values(),
    )


async def _note(
    connection: asyncpg.Connection, caller: Caller, action: str, guest_id: int, **detail: object
) -> None:
    await record_by(connection, caller, action, f"guest:{guest_id}", detail)

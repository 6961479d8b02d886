"""Orders of many codes at once: placed, looked at, cancelled. What makes them is :mod:`.engine`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.schema.numbers import MAX_ID
from sync.central.schema.words import MakingStatus
from sync.central.services.audit import record
from sync.central.services.codes import MAX_USES, filled
from sync.central.services.editing.edit_code import fit_expiry
from sync.central.services.editing.house_campaign import NAMES, campaign_for_codes
from sync.central.services.editing.one_code import fit_description
from sync.central.services.names import fit_name
from sync.central.services.new_codes import NewCode
from sync.central.services.one_row import one_row
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.central.services.restaurant_desk import read_restaurant
from sync.protocol.problems import ProblemType
from sync.rules.code import Kind
from sync.rules.code_form import CodeForm, default_form, require_sound_form
from sync.rules.generate import MAX_CODES_PER_CALL
from sync.rules.user_error import UserError

MAX_DESCRIPTION_CHARS = 2_000
Count = Annotated[int, msgspec.Meta(ge=1, le=MAX_CODES_PER_CALL)]
_FIELDS = """id, kind, campaign_id, spec ->> 'name' AS name, wanted, made, status, problem, created_by, created_at,
    finished_at, spec"""


class BulkOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes to be made. What is left out is as usual: 12 characters, and the network's own campaign of the kind.

    ``alphabet``, ``length`` and ``check`` (a check character at the end) shape the text behind the ``prefix``.
    """

    kind: Kind
    count: Count
    name: str
    campaign_id: int | None = None
    prefix: str = ""
    alphabet: str | None = None
    length: Annotated[int, msgspec.Meta(ge=1, le=50)] | None = None
    check: bool = False
    max_uses: Annotated[int, msgspec.Meta(ge=1, le=MAX_USES)] | None = 1
    expires_at: datetime | None = None
    description: str = ""
    restaurant_id: int | None = None


class BulkView(msgspec.Struct, frozen=True, kw_only=True):
    """An order. ``made`` of ``wanted`` codes are ready; none is there for anybody before ``status`` is done.

    ``prefix``, ``alphabet`` and ``length`` are those of the texts; ``entropy_bits`` of each are drawn by chance.
    """

    id: int
    kind: Kind
    campaign_id: int
    name: str
    prefix: str
    alphabet: str
    length: int
    entropy_bits: float
    wanted: int
    made: int
    status: MakingStatus
    problem: str | None
    created_by: int | None
    created_at: datetime
    finished_at: datetime | None


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """What an order's codes have in common, as it is kept; it was found fit when the order was placed."""

    name: str
    prefix: str
    alphabet: str
    length: int
    check: bool
    max_uses: int | None
    expires_at: datetime | None
    description: str
    restaurant_id: int | None

    @property
    def form(self) -> CodeForm:
        """The form of their texts."""
        return CodeForm(prefix=self.prefix, alphabet=self.alphabet, length=self.length, check=self.check)


async def order_codes(
    connection: asyncpg.Connection, network_id: int, order: BulkOrder, *, staff: int | None, actor: str
) -> BulkView:
    """Place an order; raises :class:`Refusal` and :class:`UserError` for what does not fit."""
    if order.restaurant_id is not None:
        await read_restaurant(connection, network_id, order.restaurant_id)
    if order.campaign_id is None and order.kind not in NAMES:
        raise UserError(
            "campaign_missing",
            f"{order.kind} codes need a campaign, whose terms they have.",
            "Name its campaign_id.",
        )
    campaign = await campaign_for_codes(connection, network_id, order.kind, order.campaign_id)
    usual = default_form(order.kind, order.prefix.upper())
    spec = _spec(order, usual, now_ms=clock_of(connection).now_ms())
    living: int = await connection.fetchval(
        "SELECT count(*) FROM codes WHERE network_id = $1 AND campaign_id = $2", network_id, campaign.id
    )
    require_sound_form(spec.form, order.kind, living + order.count)
    placed: int = await connection.fetchval(
        """INSERT INTO code_batches (network_id, kind, campaign_id, spec, wanted, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id""",
        network_id,
        order.kind.value,
        campaign.id,
        msgspec.to_builtins(spec),
        order.count,
        staff,
        moment(clock_of(connection)),
    )
    await _note(
        connection, network_id, actor, "codes.bulk", placed, {"count": order.count, "kind": order.kind}
    )
    return await read_order(connection, network_id, placed)


def _spec(order: BulkOrder, usual: CodeForm, *, now_ms: int) -> Spec:
    like = filled(
        NewCode(
            campaign_id=0,
            kind=order.kind,
            code="",
            max_uses=order.max_uses,
            expires_at=None if order.expires_at is None else fit_expiry(order.expires_at, now_ms),
        ),
        now_ms,
    )
    return Spec(
        name=fit_name(order.name),
        prefix=usual.prefix,
        alphabet=usual.alphabet if order.alphabet is None else order.alphabet.upper(),
        length=usual.length if order.length is None else order.length,
        check=order.check,
        max_uses=like.max_uses,
        expires_at=like.expires_at,
        description=fit_description(order.description, MAX_DESCRIPTION_CHARS),
        restaurant_id=order.restaurant_id,
    )


async def list_orders(
    connection: asyncpg.Connection, network_id: int, *, limit: int, offset: int
) -> tuple[list[BulkView], int]:
    """Return some orders, the newest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        "FROM code_batches WHERE network_id = $1",
        network_id,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return [_view(row) for row in rows], total


async def read_order(connection: asyncpg.Connection, network_id: int, order_id: int) -> BulkView:
    """Return one order; raises :class:`Refusal` ``not-found``."""
    row = await one_row(
        connection,
        f"SELECT {_FIELDS} FROM code_batches WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network_id,
        order_id,
        missing=Refusal(
            ProblemType.NOT_FOUND, f"There is no order {order_id} of codes.", "Check the number."
        ),
    )
    return _view(row)


async def cancel_order(
    connection: asyncpg.Connection, network_id: int, order_id: int, *, actor: str
) -> BulkView:
    """End an order before its codes are there; then none of them ever is.

    Raises :class:`Refusal` ``not-found``, and ``conflict`` for one that is done: its codes are archived with their
    campaign, or one by one.
    """
    ended = await connection.fetchval(
        """UPDATE code_batches SET status = 'cancelled', made = 0, finished_at = $3
        WHERE network_id = $1 AND id = $2 AND status IN ('waiting', 'running') RETURNING true""",
        network_id,
        min(max(order_id, 0), MAX_ID),
        moment(clock_of(connection)),
    )
    now = await read_order(connection, network_id, order_id)
    if not ended and now.status is not MakingStatus.CANCELLED:
        raise Refusal(
            ProblemType.CONFLICT,
            f"The order is {now.status} already.",
            "Archive the campaign to take its codes out of use, or codes one by one.",
        )
    if ended:
        await _note(connection, network_id, actor, "codes.bulk_cancel", order_id, {})
    return now


def _view(row: Mapping[str, Any]) -> BulkView:
    spec = msgspec.convert(row["spec"], Spec)
    form = {"prefix": spec.prefix, "alphabet": spec.alphabet, "length": spec.length}
    return msgspec.convert({**row, **form, "entropy_bits": round(spec.form.entropy_bits, 1)}, BulkView)


async def _note(
    connection: asyncpg.Connection,
    network_id: int,
    actor: str,
    action: str,
    order_id: int,
    detail: dict[str, Any],
) -> None:
    await record(
        connection, network_id, actor=actor, action=action, subject=f"code_batch:{order_id}", detail=detail
    )

"""Signed vouchers (E7): codes whose paper proves by itself that the office made them."""

from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.schema.words import KeyPurpose
from sync.central.secrets import Secrets
from sync.central.services.codes import MAX_CODES_AT_ONCE, MAX_USES, NewCode, create_codes
from sync.central.services.editing.house_campaign import campaign_for_codes
from sync.central.services.feed_rows import to_ms
from sync.central.services.network_keys import current_key
from sync.protocol.vouchers import sign_voucher
from sync.rules.code import Kind
from sync.rules.code_form import CodeForm, default_form
from sync.rules.generate import MAX_ROUNDS_WITHOUT_NEW, make_codes
from sync.rules.user_error import UserError
from sync.rules.voucher_text import SignedVoucher


class MadeVoucher(NamedTuple):
    """A voucher: ``text`` is what its QR holds, ``code`` what a person can type instead."""

    code_id: int
    code: str
    text: str
    key: int


async def make_vouchers(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    campaign_id: int,
    *,
    count: int = 1,
    name: str = "",
    max_uses: int = 1,
    expires_at: datetime | None = None,
) -> list[MadeVoucher]:
    """Make signed vouchers of a campaign in the caller's transaction, under the current voucher key.

    Each is a code like any other, with its limit and a text to type; the signed text is shown now and never
    again. Raises :class:`UserError` ``unknown_campaign``, ``not_for_kind`` or ``count_unfit``.
    """
    if not 1 <= count <= MAX_CODES_AT_ONCE or not 1 <= max_uses <= MAX_USES:
        raise UserError(
            "count_unfit",
            f"From 1 to {MAX_CODES_AT_ONCE} vouchers are made at once, each good for 1 to {MAX_USES} uses.",
            "Choose another number.",
        )
    campaign = await campaign_for_codes(connection, network_id, Kind.VOUCHER, campaign_id)
    key = await current_key(connection, secrets, network_id, KeyPurpose.VOUCHER)
    living: int = await connection.fetchval(
        "SELECT count(*) FROM codes WHERE network_id = $1 AND campaign_id = $2", network_id, campaign_id
    )
    made = await make_codes_like(
        connection,
        network_id,
        secrets.digest_key(network_id),
        NewCode(
            campaign_id=campaign_id,
            kind=Kind.VOUCHER,
            code="",
            name=name or campaign.name,
            max_uses=max_uses,
            expires_at=expires_at,
        ),
        form=default_form(Kind.VOUCHER),
        count=count,
        living=living,
    )
    signing = secrets.voucher_key(network_id, key)
    return [
        MadeVoucher(
            code_id,
            code,
            sign_voucher(
                SignedVoucher(
                    network=network_id,
                    campaign_id=campaign_id,
                    code_id=code_id,
                    key=key,
                    max_uses=max_uses,
                    expires_at_ms=to_ms(expires_at),
                ),
                signing,
            ),
            key,
        )
        for code_id, code in made
    ]


async def signed_again(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, code: asyncpg.Record
) -> str:
    """Return the signed text of a voucher (its ``id``, ``campaign_id``, ``max_uses``, ``expires_at``) as it is now.

    Raises :class:`UserError` ``not_to_sign`` for an unlimited one: a signature vouches for a number of uses.
    """
    if code["max_uses"] is None:
        raise UserError(
            "not_to_sign", "A voucher without a limit is not signed.", "Give it max_uses, or print its code."
        )
    key = await current_key(connection, secrets, network_id, KeyPurpose.VOUCHER)
    return sign_voucher(
        SignedVoucher(
            network=network_id,
            campaign_id=code["campaign_id"],
            code_id=code["id"],
            key=key,
            max_uses=code["max_uses"],
            expires_at_ms=to_ms(code["expires_at"]),
        ),
        secrets.voucher_key(network_id, key),
    )


async def make_codes_like(
    connection: asyncpg.Connection,
    network_id: int,
    digest_key: bytes,
    like: NewCode,
    *,
    form: CodeForm,
    count: int,
    living: int,
) -> list[tuple[int, str]]:
    """Make so many codes like one; a text that exists already is drawn again."""
    made: list[tuple[int, str]] = []
    for _ in range(MAX_ROUNDS_WITHOUT_NEW):
        drawn = make_codes(
            form, count - len(made), kind=like.kind, living=living, draw=clock_of(connection).random
        )
        ids = await create_codes(
            connection,
            network_id,
            digest_key,
            [msgspec.structs.replace(like, code=text) for text in drawn.codes],
        )
        made += [
            (code_id, text) for code_id, text in zip(ids, drawn.codes, strict=True) if code_id is not None
        ]
        if len(made) == count:
            return made
    msg = f"{MAX_ROUNDS_WITHOUT_NEW} rounds brought only {len(made)} new codes of {count}"
    raise RuntimeError(msg)

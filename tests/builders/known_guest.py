"""A guest of whom the office holds something in every table that can name one."""

from dataclasses import dataclass
from uuid import uuid4

from sync.central.services.audit import record
from sync.central.services.codes import NewCode, create_codes
from sync.central.services.field_keys import current_fields
from sync.central.services.login import GuestCaller
from sync.central.services.loyalty.profile import Children, set_children
from sync.central.services.people.phone_codes import PENDING_FIELD
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.guest_data import Child
from sync.protocol.leases import LimitKind
from sync.rules.code import Kind
from tests.builders.callers import guest_signed_in
from tests.builders.office import Office, TillPen, sale
from tests.builders.registration import Registered, register, upload

PHONE = "+493090182077"
EMAIL = "ada.lovelace@example.com"
SAID = ("Lovelace", "90182077", "ada.lovelace", "Byronetta", "203.0.113.77", "AdaPhone", "52.5219", "Ada's")
"""Pieces of what is known of this guest, none of which may be found anywhere afterwards."""


@dataclass
class KnownGuest:
    """Their numbers: the one that counts, and that of a second registration; and the journal that they stand in."""

    guest: int
    merged: int
    till: TillPen
    registrations: tuple[Registered, Registered]


async def a_known_guest(office: Office) -> KnownGuest:
    """Register somebody twice at a till, let them buy, and let the office hold all it can of them."""
    till = await office.till()
    registered = [
        register(till, "Ada Lovelace", phone=PHONE, email=EMAIL, children=(Child(name="Byronetta"),))
        for _ in range(2)
    ]
    first, second = registered
    till.write(sale(guest_id=first.guest, points_earned=40))
    await upload(till, first, second)
    await till.lease(first.guest, kind=LimitKind.POINTS)
    known = KnownGuest(first.guest, second.guest, till, (first, second))
    await guest_signed_in(office, first.guest)
    caller = GuestCaller(network=office.network, guest=first.guest, session=uuid4())
    async with office.database.network_transaction(office.network) as connection:
        children = Children(children=(Child(name="Byronetta"),))
        await set_children(connection, office.secrets, caller, first.guest, children)
        await record(connection, office.network, actor=caller.actor, action="test", subject="nobody")
    await _fill(office, first.guest, await _own_codes(office, first.guest))
    return known


async def _own_codes(office: Office, guest: int) -> int:
    campaign = await office.campaign(kind=Kind.VIP)
    new = NewCode(
        campaign_id=campaign.id,
        kind=Kind.VIP,
        code=f"LOVELACE{guest}",
        name="Ada's table",
        max_uses=3,
        holder_guest_id=guest,
        beneficiary_id=guest,
    )
    async with office.database.network_transaction(office.network) as connection:
        key = office.secrets.digest_key(office.network)
        (code,) = await create_codes(connection, office.network, key, [new])
    assert code is not None
    return code


async def _fill(office: Office, guest: int, code: int) -> None:
    """Write what a year of visits would leave, straight into the tables."""
    network, event = office.network, uuid4()
    key = office.secrets.digest_key(network)
    async with office.database.network_transaction(network) as connection:
        fields = await current_fields(connection, office.secrets, network)
        batch = await connection.fetchval(
            "INSERT INTO mail_batches (network_id, batch_size, delay_s) VALUES ($1, 1, 1) RETURNING id",
            network,
        )
        await connection.execute(
            """INSERT INTO code_recipients (network_id, code_id, batch_id, email_cipher, email_digest, problem)
            VALUES ($1, $2, $3, $4, $5, 'no mailbox ada.lovelace here')""",
            network,
            code,
            batch,
            fields.seal("code_recipients.email", EMAIL),
            keyed_digest(key, Subject.EMAIL, EMAIL),
        )
        await connection.execute(
            """INSERT INTO phone_verifications (network_id, id, phone_digest, sealed, code_digest, sent_at,
                expires_at) VALUES ($1, $2, $3, $4, '', now(), now() + interval '1 hour')""",
            network,
            event,
            keyed_digest(key, Subject.PHONE, PHONE),
            fields.seal(PENDING_FIELD, f'{{"phone":"{PHONE}","name":"Ada Lovelace"}}'),
        )
        for statement in _ROWS:
            # Numbers of our own making, which not every statement needs.
            await connection.execute(
                statement.replace("$code", str(code)).replace("$event", f"'{event}'"), network, guest
            )


_ROWS = (
    """
INSERT INTO redemptions (network_id, guest_id, code_id, event, campaign_id, at, by, source, caller)
    VALUES ($1, $2, $code, $event, 1, now(), 'online', 'LINK', 'guest:' || $2::bigint);
INSERT INTO attempts (network_id, event, at, reason, digest, source, caller)
    SELECT $1, gen_random_uuid(), now(), 'unknown_code', '', 'LINK', 'guest:' || $2::bigint;
INSERT INTO refunds (network_id, guest_id, event, kind, original, till_id, restaurant_id, at, receipt, amount_minor, reason, lines)
    SELECT $1, $2, gen_random_uuid(), 'refund', gen_random_uuid(), 1, 1, now(), 1, 1, 'returned', '[]';
INSERT INTO day_uses (network_id, guest_id, campaign_id, day, uses)
    VALUES ($1, $2, 1, now(), 1);
UPDATE points_transactions SET note = 'for Ada''s birthday' WHERE network_id = $1 AND guest_id = $2;
INSERT INTO guest_transactions (network_id, id, guest_id, kind, at, tier, actor, note)
    SELECT $1, gen_random_uuid(), $2, 'MANUAL', now(), 'BRONZE', 'guest:' || $2::bigint, 'Ada''s birthday';
INSERT INTO tier_changes (network_id, guest_id, at, tier_from, tier_to, why, qualifying, actor)
    VALUES ($1, $2, now(), 'BRONZE', 'GOLD', 'by_hand', 1, 'guest:' || $2::bigint);
INSERT INTO offer_applications (network_id, guest_id, code_id, event, offer_id, offer_name, applied_at, bonus_minor, currency, conversion_id)
    VALUES ($1, $2, $code, $event, '', '', now(), 1, 'EUR', '');
INSERT INTO scans (network_id, guest_id, code_id, id, at, type, source, device, location, address, agent, metadata, personal)
    VALUES ($1, $2, $code, $event, now(), 'SCAN', 'CAMERA', '{"name": "AdaPhone"}', '{"lat": 52.5219}', '203.0.113.77', 'AdaPhone 3', '{"who": "Ada Lovelace"}', true);
INSERT INTO scans_waiting (network_id, guest_id, code_id, day, type, source, place, count)
    VALUES ($1, $2, $code, now(), 'SCAN', 'CAMERA', '', 1);
INSERT INTO voucher_guests (network_id, guest_id, code_id)
    VALUES ($1, $2, $code);
INSERT INTO day_guests (network_id, guest_id, day)
    VALUES ($1, $2, now());
INSERT INTO wallet_claims (network_id, guest_id, code_id, claimed_at, metadata)
    VALUES ($1, $2, $code, now(), '{"for": "Byronetta"}');
INSERT INTO claims_used (network_id, guest_id, code_id, at)
    VALUES ($1, $2, $code, now());
INSERT INTO attempt_notes (network_id, guest_id, event, at, device)
    VALUES ($1, $2, $event, now(), '{"name": "AdaPhone"}');
INSERT INTO answered_requests (network_id, caller, key, fingerprint, body)
    VALUES ($1, 'guest:' || $2::bigint, 'key', '', 'Ada Lovelace');
INSERT INTO erased_phones (network_id, guest_id, digest, erased_at)
    VALUES ($1, $2, 'an earlier number', now());
INSERT INTO limits (network_id, kind, subject, guest, total, pool, spent)
    VALUES ($1, 'guest_uses', 1, $2, 2, 1, 1);
""".strip()
    .removesuffix(";")
    .split(";\n")
)

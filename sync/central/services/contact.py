"""The regular contact of a till, and the token with which it speaks."""

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.schema.numbers import MAX_ID
from sync.central.secrets import Secrets
from sync.central.services import relisting
from sync.central.services.case_notes import cases_of
from sync.central.services.erased_phones import erased_among
from sync.central.services.grants import LeaseFor
from sync.central.services.lease_allowances import top_up
from sync.central.services.lease_demand import grant_wanted
from sync.central.services.names import visible
from sync.central.services.refusal import Refusal
from sync.central.services.standing import Standing, read_standing, require_good_standing
from sync.central.services.tokens import TILL_TOKEN_S, Scope, Tokens
from sync.protocol.contact import MAX_ASKED_GUESTS, Contact, ContactReply
from sync.protocol.enrolment import TokenReply, TokenRequest
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.leases import SignedGrant
from sync.protocol.problems import ProblemType
from sync.protocol.wire import canonical

MAX_LISTED_LEASES = 20_000
MAX_INCARNATION = 2**31 - 1


async def give_token(database: Database, tokens: Tokens, request: TokenRequest) -> TokenReply:
    """Check a till's proof and give it a token.

    A revoked or fenced till gets one too, for the upload of what it has recorded: facts are never refused.
    Raises :class:`Refusal` ``unauthenticated``, the same for an unknown till as for a wrong proof.
    """
    till = LeaseFor(request.network, request.till, request.incarnation)
    standing = await _read(database, till)
    unsigned = canonical(msgspec.structs.replace(request, proof=b""))
    if standing is None or not VerifyKey(standing.public_key).verifies(
        Purpose.TOKEN_REQUEST, unsigned, request.proof
    ):
        raise Refusal(ProblemType.UNAUTHENTICATED, "This is no till of ours.", "Enrol it.")
    scope = Scope.UPLOAD if standing.revoked or standing.fenced else Scope.ALL
    token = tokens.for_till(network=till.network, till=till.till, incarnation=till.incarnation, scope=scope)
    return TokenReply(
        token=token, expires_in=TILL_TOKEN_S, server_ms=database.clock.now_ms(), scope=scope.value
    )


async def _read(database: Database, till: LeaseFor) -> Standing | None:
    fits = 0 < till.network <= MAX_ID and 0 < till.till <= MAX_ID and 0 < till.incarnation <= MAX_INCARNATION
    if not fits:
        return None
    async with database.network_transaction(till.network) as connection:
        return await read_standing(connection, till)


async def make_contact(
    database: Database, secrets: Secrets, till: LeaseFor, contact: Contact
) -> ContactReply:
    """Note how a till is, give it what runs low, and list what it should know: its leases, and those asked back.

    Leases that the till names as open need not be sent again, nor those of which nothing is left. Raises :class:`Refusal` as
    :func:`~sync.central.services.standing.require_good_standing` does.
    """
    if contact.incarnation != till.incarnation:
        raise Refusal(ProblemType.INVALID, "The contact is of another life of this till.")
    async with database.network_transaction(till.network) as connection:
        standing = await require_good_standing(connection, till)
        news = await relisting.hear(connection, secrets.signing_key.public, till, contact)
        await connection.execute(
            """UPDATE tills SET last_contact_at = $5, app_version = $3, last_contact = $4
            WHERE network_id = $1 AND id = $2""",
            till.network,
            till.till,
            visible(contact.app_version),
            _health(contact),
            moment(clock_of(connection)),
        )
        await top_up(connection, secrets.signing_key, till, restaurant=standing.restaurant)
        await grant_wanted(
            connection,
            secrets.signing_key,
            till,
            restaurant=standing.restaurant,
            wants=contact.wants,
            known=contact.open_leases,
        )
        # What was granted just now is among what the till lacks, and so is what a lost answer had granted.
        leases = await _missing_leases(connection, till, contact)
        cases = await cases_of(connection, till, contact.cases)
        asked = [guest for guest in contact.guests[:MAX_ASKED_GUESTS] if 0 < guest <= MAX_ID]
        erased = await erased_among(connection, secrets, till.network, asked)
        recall = await connection.fetch(
            """SELECT id FROM leases WHERE network_id = $1 AND till_id = $2 AND incarnation = $3
            AND state = 'open' AND recall ORDER BY id LIMIT $4""",
            till.network,
            till.till,
            till.incarnation,
            MAX_LISTED_LEASES,
        )
    return ContactReply(
        server_ms=database.clock.now_ms(),
        applied=standing.applied,
        safe=standing.safe,
        leases=leases,
        recall=tuple(row["id"] for row in recall),
        epoch=news.epoch,
        relist=news.relist,
        lives=news.lives,
        cases=cases,
        erased=erased,
    )


async def _missing_leases(
    connection: asyncpg.Connection, till: LeaseFor, contact: Contact
) -> tuple[SignedGrant, ...]:
    records = await connection.fetch(
        """SELECT body, signature FROM leases WHERE network_id = $1 AND till_id = $2 AND incarnation = $3
        AND state = 'open' AND settled < units AND NOT id = ANY ($4::uuid[]) ORDER BY id LIMIT $5""",
        till.network,
        till.till,
        till.incarnation,
        list(contact.open_leases),
        MAX_LISTED_LEASES,
    )
    return tuple(SignedGrant(record["body"], record["signature"]) for record in records)


def _health(contact: Contact) -> dict[str, object]:
    return {
        "last_seq": contact.last_seq,
        "unsettled": contact.unsettled,
        "oldest_unsettled_ms": contact.oldest_unsettled_ms,
        "feed_epoch": visible(contact.feed_epoch),
        "feed_number": contact.feed_number,
        "open_leases": len(contact.open_leases),
        "free_disk_bytes": contact.free_disk_bytes,
    }

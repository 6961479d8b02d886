"""Guests who register at a till: made once, found again, and one guest where they had registered before."""

import os
from typing import Any

import pytest

from sync.central.services.campaigns import edit_campaign
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.guest_limits import merge_guest_limits
from sync.central.services.guest_publishing import GUEST_CHILDREN_FIELD, GUEST_PHONE_FIELD
from sync.central.services.guest_seal import seal_of
from sync.central.services.journal.retrying import retry_all
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import GuestRow, Table
from sync.protocol.guest_data import Child, guest_id_of
from sync.protocol.leases import LimitKind
from sync.protocol.wire import unpack
from tests.builders.office import Office, new_event_id, sale
from tests.builders.registration import Registered, register, upload
from tests.builders.replica import replica_of
from tests.builders.sealed_fields import fields_of

pytestmark = pytest.mark.anyio

PHONE = "+4915112345678"


async def test_a_guest_who_registers_at_a_till_is_made_with_a_card_and_reaches_the_tills(
    office: Office,
) -> None:
    replica = await replica_of(office)
    till = await office.till()
    ada = register(
        till,
        "Ada Lovelace",
        phone=PHONE,
        consent=("data", "messages"),
        children=(Child(name="Ralph", born="2019-07-02"),),
    )
    till.write(sale(guest_id=ada.guest, points_earned=12))
    ack = await upload(till, ada)
    assert (ack.applied, ack.cases) == (2, 0)
    (row,) = await office.fetch("SELECT * FROM guests")
    seal = seal_of(row, await fields_of(office.database, office.network))
    assert row["id"] == ada.guest
    assert seal.open(GUEST_NAME_FIELD, row["name_cipher"]) == "Ada Lovelace"
    assert seal.open(GUEST_PHONE_FIELD, row["phone_cipher"]) == PHONE
    assert "2019-07-02" in seal.open(GUEST_CHILDREN_FIELD, row["children_cipher"])
    assert row["consent"]["to"] == ["data", "messages"]
    assert (row["points"], row["purchases"]) == (12, 1)
    await replica.catch_up()
    known = unpack(replica.living(Table.GUEST)[ada.guest], GuestRow)
    assert (known.name, known.phone_last4, known.guest.points) == ("Ada Lovelace", "5678", 12)
    assert [unpack(row, dict)["guest_id"] for row in replica.living(Table.CARD).values()] == [ada.guest]


async def test_what_a_guest_said_stands_in_no_event(office: Office) -> None:
    till = await office.till()
    ada = register(till, "Ada Lovelace", phone=PHONE)
    await upload(till, ada)
    body = await office.value("SELECT body FROM events WHERE kind = 'guest.registered'")
    assert b"Ada" not in body
    assert b"12345678" not in body


async def test_a_registration_is_made_once_however_often_it_is_sent(office: Office) -> None:
    till = await office.till()
    ada = register(till, "Ada", phone=PHONE)
    for _ in range(2):
        await upload(till, ada)
    assert await office.value("SELECT count(*) FROM guests") == 1
    assert await office.value("SELECT count(*) FROM cards") == 1


async def test_a_registration_without_its_key_waits_for_it_and_is_made_when_it_comes(office: Office) -> None:
    till = await office.till()
    ada = register(till, "Ada", phone=PHONE)
    assert (await upload(till)).applied == 1
    assert await office.value("SELECT count(*) FROM guests") == 0
    assert await office.cases() == ["quarantined"]
    # The key goes up with the next batch, whatever is in it.
    await upload(till, ada, first=2)
    assert (await retry_all(office.database, office.secrets, office.network)).applied == 1
    assert await office.value("SELECT id FROM guests") == ada.guest
    assert await office.value("SELECT count(*) FROM cases WHERE closed_at IS NULL") == 0


async def test_a_guest_who_registers_again_stays_the_one_who_was_there(office: Office) -> None:
    replica = await replica_of(office)
    before = await office.guest("Ada Lovelace", phone=PHONE)
    till = await office.till()
    again = register(till, "Ada Lovelace", phone=PHONE)
    till.write(sale(guest_id=again.guest, points_earned=7))
    assert (await upload(till, again)).cases == 0
    rows = {row["id"]: row for row in await office.fetch("SELECT * FROM guests")}
    assert rows[again.guest]["merged_into"] == before
    assert (rows[before]["points"], rows[before]["purchases"]) == (7, 1)
    assert (rows[again.guest]["points"], rows[again.guest]["purchases"]) == (0, 0)
    assert await office.value("SELECT guest_id FROM sales") == before
    await replica.catch_up()
    merged = unpack(replica.living(Table.GUEST)[again.guest], GuestRow)
    assert (merged.merged_into, merged.guest.id) == (before, before)


async def test_two_tills_that_register_one_guest_apart_make_one_guest(office: Office) -> None:
    first, second = await office.till("Bar"), await office.till("Door")
    one, other = register(first, "Ada", phone=PHONE), register(second, "Ada", phone=PHONE)
    first.write(sale(guest_id=one.guest, points_earned=3))
    second.write(sale(guest_id=other.guest, points_earned=4))
    await upload(second, other)
    await upload(first, one)
    assert await office.value("SELECT points FROM guests WHERE id = $1", other.guest) == 7
    assert await office.value("SELECT merged_into FROM guests WHERE id = $1", one.guest) == other.guest
    assert await office.cases() == []


async def test_another_name_under_a_known_number_is_for_a_person(office: Office) -> None:
    await office.guest("Ada Lovelace", phone=PHONE)
    till = await office.till()
    await upload(till, register(till, "Charles Babbage", phone=PHONE))
    assert await office.cases() == ["guest_twice"]


async def test_uses_at_risk_under_both_registrations_count_as_one_guests(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=1)
    code = await office.code(campaign)
    before = await office.guest("Ada", phone=PHONE)
    till = await office.till()
    till.redeem(code, guest_id=before, campaign_id=campaign.id)
    again = register(till, "Ada", phone=PHONE)
    till.redeem(code, guest_id=again.guest, campaign_id=campaign.id)
    await upload(till, again)
    limit = await office.limit(campaign.id, LimitKind.GUEST_USES, before)
    assert limit["spent"] == 2
    assert limit["exposure"] == 2
    assert not await office.fetch("SELECT 1 FROM limits WHERE guest = $1", again.guest)
    assert "no_lease" in await office.cases()
    await office.check_equation()


async def test_a_registration_that_was_merged_is_leased_nothing(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=1)
    await office.guest("Ada", phone=PHONE)
    till = await office.till()
    again = register(till, "Ada", phone=PHONE)
    await upload(till, again)
    reply = await till.ask(campaign.id, kind=LimitKind.GUEST_USES, guest=again.guest)
    assert (reply.grant, reply.reason) == (None, "needs_guest")


async def test_what_another_number_has_used_still_counts_when_a_limit_was_lowered_and_raised_again(
    office: Office,
) -> None:
    campaign = await office.campaign(max_uses_per_guest=3)
    code = await office.code(campaign)
    ada, twin = await office.guest("Ada", phone=PHONE), await office.guest("Ada")
    till = await office.till()
    for _ in range(2):
        till.redeem(code, guest_id=twin, campaign_id=campaign.id)
    await till.upload()
    await office.execute("UPDATE limits SET pool = 1, exposure = 0 WHERE guest = $1", twin)
    async with office.database.network_transaction(office.network) as connection:
        await merge_guest_limits(connection, office.network, kept=ada, merged=twin)
        await connection.execute("UPDATE guests SET merged_into = $1 WHERE id = $2", ada, twin)
    for most in (1, 3):
        async with office.database.network_transaction(office.network) as connection:
            await edit_campaign(connection, office.network, campaign.id, {"max_uses_per_guest": most})
        limit = await office.limit(campaign.id, LimitKind.GUEST_USES, ada)
        assert limit["total"] == limit["pool"] == max(0, most - 2)
    await office.check_equation()


async def test_a_card_that_was_handed_over_is_the_guests(office: Office) -> None:
    owner = await office.guest("Maya")
    card = await office.value("SELECT max(id) FROM cards")
    await office.execute("DELETE FROM outbox WHERE tab = 'card'")
    # A card that was printed and given to nobody: its number is spent, its row is not there.
    blank = await office.value("SELECT nextval(pg_get_serial_sequence('cards', 'id'))")
    till = await office.till()
    digest = keyed_digest(till.who.digest_key, Subject.CARD, "CSC1:BLANK").hex()
    ada = register(till, "Ada", card=blank, card_digest=digest)
    taken = register(till, "Bob", card=card, card_digest="00" * 16)
    forged = register(till, "Eve", card=blank + 1000, card_digest="11" * 16)
    await upload(till, ada, taken, forged)
    owners = {row["id"]: row["guest_id"] for row in await office.fetch("SELECT id, guest_id FROM cards")}
    assert (owners[blank], owners[card]) == (ada.guest, owner)
    assert blank + 1000 not in owners
    assert sorted(owners.values()) == sorted([owner, ada.guest, taken.guest, forged.guest])
    assert await office.cases() == ["card_taken", "card_taken"]


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        ({"guest_id": guest_id_of(new_event_id())}, "number"),
        ({"sealed": os.urandom(80)}, "opened"),
    ],
)
async def test_a_registration_that_cannot_be_is_set_aside_and_stops_nothing(
    office: Office, break_it: dict[str, Any], said: str
) -> None:
    till = await office.till()
    odd = register(till, "Ada", **break_it)
    fine = register(till, "Bob")
    assert (await upload(till, odd, fine)).applied == 2
    assert await office.value("SELECT id FROM guests") == fine.guest
    assert said in await office.value("SELECT quarantined FROM events WHERE seq = 1")


async def test_a_name_or_number_that_does_not_fit_is_set_aside(office: Office) -> None:
    till = await office.till()
    nameless, short = register(till, "  "), register(till, "Ada", phone="+1")
    await upload(till, nameless, short)
    assert await office.value("SELECT count(*) FROM guests") == 0
    assert await office.cases() == ["quarantined", "quarantined"]


async def test_a_key_of_another_length_is_not_kept(office: Office) -> None:
    till = await office.till()
    ada = register(till, "Ada")
    await upload(till, Registered(ada.event, ada.guest, b"short"))
    assert await office.value("SELECT count(*) FROM guest_keys") == 0

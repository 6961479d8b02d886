"""A till on real files: enrolled, with leases, codes and things to record, each in one readable line."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.event import Spend
from sync.protocol.feed import (
    CampaignRow,
    CardRow,
    Change,
    ChunkInfo,
    CodeRow,
    FeedPage,
    GuestRow,
    Manifest,
    StaffRow,
    Table,
)
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.protocol.payloads import Payload, Redemption, Sale, SaleLine
from sync.protocol.wire import canonical, pack
from sync.rules.campaign import Campaign
from sync.rules.code import Code, Kind
from sync.rules.normalise import exact, fold
from sync.rules.sale import Guest
from sync.till.cache.replica import Cache
from sync.till.clock import Clock
from sync.till.home import TillHome
from sync.till.identity import Identity
from sync.till.journal.entries import Committed, Entry
from sync.till.till import Till
from tests.builders.hand_clock import CountedRandomness, HandClock

CENTRAL = SigningKey(b"c" * 32)
DIGEST_KEY = b"d" * 32
FILE_KEY = b"f" * 32
EPOCH = "epoch-1"
PLENTY = 1 << 40
_openings = count()


def identity(incarnation: int = 1) -> Identity:
    return Identity(
        network=1,
        restaurant=2,
        till=3,
        incarnation=incarnation,
        network_name="Bistro Group",
        restaurant_name="Harbour",
        till_name="Front",
        zone="Europe/Berlin",
        currency="EUR",
        central_url="http://127.0.0.1:1",
        central_key=CENTRAL.public,
    )


def new_till(
    folder: Path, *, clock: Clock | None = None, free_bytes: int = PLENTY, seed: str = "till"
) -> Till:
    """Open a till that is not enrolled yet (or one that stands in this folder already)."""
    return Till.open(
        TillHome(folder / "home"),
        clock=clock or HandClock(),
        # Each opening draws other bytes, as real randomness would.
        randomness=CountedRandomness(f"opening {next(_openings)}"),
        free_bytes=lambda: free_bytes,
    )


def enrolled_till(folder: Path, *, clock: Clock | None = None, free_bytes: int = PLENTY) -> Till:
    """Open a till and make it one of the network's: central has told it the time, as at every enrolment."""
    clock = clock or HandClock()
    till = new_till(folder, clock=clock, free_bytes=free_bytes)
    till.time.anchor(clock.wall_ms(), 0)
    till.become(identity(), digest_key=DIGEST_KEY, app_version="1.0")
    return till


def grant(
    code: int = 7,
    units: int = 2,
    *,
    incarnation: int = 1,
    till: int = 3,
    expires_ms: int | None = None,
    operation: UUID | None = None,
    sale_bound: bool = False,
    key: SigningKey = CENTRAL,
) -> tuple[UUID, SignedGrant]:
    """Make a grant as central signs it; return the lease's id and the grant."""
    lease = uuid4()
    body = canonical(
        Grant(
            lease=lease,
            network=1,
            till=till,
            incarnation=incarnation,
            kind=LimitKind.USES,
            subject=code,
            units=units,
            granted_ms=1,
            expires_ms=expires_ms,
            operation=operation,
            sale_bound=sale_bound,
        )
    )
    return lease, SignedGrant(body, key.sign(Purpose.LEASE, body))


def leased(till: Till, code: int = 7, units: int = 2, *, expires_ms: int | None = None) -> UUID:
    """Give the till a lease; return its id."""
    lease, signed = grant(code, units, expires_ms=expires_ms)
    till.journal.store_grants([signed])
    return lease


def redemption(code: int = 7, *, by: str = "lease") -> Payload:
    return Redemption(
        code_id=code,
        campaign_id=5,
        code_kind="PROMO",
        rules_version=1,
        outcome="accept",
        reason="ok",
        by=by,
        source="CAMERA",
        basket_minor=1250,
        currency="EUR",
        discount_minor=125,
    )


def use(code: int = 7, *, lease: UUID | None = None, units: int = 1, event: UUID | None = None) -> Entry:
    """One use of a code, paid from a lease when one is named."""
    spends = () if lease is None else (Spend(lease, units),)
    return Entry(payload=redemption(code), spends=spends, event=event)


def sale(*redemptions: UUID) -> Entry:
    """A sale that takes the next receipt number."""

    def with_receipt(receipt: int) -> Payload:
        return Sale(
            receipt=receipt,
            currency="EUR",
            lines=(SaleLine(amount_minor=1250, discount_minor=125),),
            total_minor=1250,
            discount_minor=125,
            paid_minor=1125,
            redemptions=redemptions,
        )

    return Entry(payload=with_receipt)


def sell(till: Till, *, lease: UUID | None = None, code: int = 7) -> list[Committed]:
    """Redeem and sell in one commit, as the counter does."""
    event = till.journal.new_event_id()
    return till.journal.commit([use(code, lease=lease, event=event), sale(event)])


def code_digests(text: str) -> tuple[bytes, ...]:
    """What a code's text answers to: the digest of its exact and, if another, of its folded form."""
    texts = dict.fromkeys((exact(text), fold(text)))
    return tuple(keyed_digest(DIGEST_KEY, Subject.CODE, each) for each in texts)


def code_change(
    code: int,
    text: str,
    *,
    version: int = 1,
    campaign: int = 5,
    name: str = "",
    uses: int = 0,
    text_version: int | None = None,
) -> Change:
    """A code as central feeds it."""
    row = CodeRow(
        code=Code(id=code, campaign_id=campaign, kind=Kind.PROMO, name=name, uses=uses),
        digests=code_digests(text),
        text_version=text_version,
    )
    return Change(Table.CODE, code, version, pack(row))


def campaign_change(campaign: int = 5, *, version: int = 1, name: str = "Lunch") -> Change:
    row = CampaignRow(campaign=Campaign(id=campaign, kind=Kind.PROMO, name=name))
    return Change(Table.CAMPAIGN, campaign, version, pack(row))


def card_change(card: int, text: str, guest: int, *, digits: bool = False, version: int = 1) -> Change:
    subject = Subject.DIGITS if digits else Subject.CARD
    row = CardRow(id=card, guest_id=guest, digest=keyed_digest(DIGEST_KEY, subject, text), digits=digits)
    return Change(Table.CARD, card, version, pack(row))


def guest_change(guest: int, name: str, *, version: int = 1, points: int = 0) -> Change:
    return Change(
        Table.GUEST, guest, version, pack(GuestRow(guest=Guest(id=guest, points=points), name=name))
    )


def staff_change(staff: int, name: str, badge: str, *, version: int = 1) -> Change:
    row = StaffRow(
        id=staff, name=name, role="cashier", badge_digest=keyed_digest(DIGEST_KEY, Subject.BADGE, badge)
    )
    return Change(Table.STAFF, staff, version, pack(row))


def gone(change: Change, *, version: int) -> Change:
    """The tombstone of a row."""
    return Change(change.table, change.id, version, None)


def page(number: int, *changes: Change, epoch: str = EPOCH, server_ms: int = 0) -> FeedPage:
    return FeedPage(epoch=epoch, number=number, head=number, changes=changes, server_ms=server_ms)


def manifest(chunks: Iterable[list[Change]], *, number: int = 10, snapshot: int = 1) -> Manifest:
    """A manifest whose chunks hold these rows (sizes and sums are the agent's business)."""
    rows = [len(chunk) for chunk in chunks]
    return Manifest(
        snapshot=snapshot,
        network=1,
        epoch=EPOCH,
        number=number,
        rows=sum(rows),
        chunks=tuple(ChunkInfo(0, b"", count) for count in rows),
    )


def fill(cache: Cache, *chunks: list[Change], number: int = 10, snapshot: int = 1) -> None:
    """Give a replica its snapshot."""
    rebuild = cache.begin_rebuild(manifest(chunks, number=number, snapshot=snapshot), as_of_ms=1_000)
    for index, chunk in enumerate(chunks):
        rebuild.add(index, chunk)
    rebuild.finish()

"""What a scan is, whether it may be used, and what that stands on."""

from pathlib import Path

import msgspec
import pytest

from pos_app.usecases.results import CodeSeen, GuestSeen, Nothing, StaffSeen
from pos_app.usecases.source import By, Source
from sync.protocol.feed import Change, FeedPage, Table
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Attempt
from sync.protocol.wire import pack
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from sync.rules.reasons import Reason
from sync.rules.sale import Line
from sync.rules.version import RULES_VERSION
from tests.builders.desk import World, a_counter, give, lend, the_till, written
from tests.builders.rules import a_campaign, a_guest, percent

HOSTILE = {
    "unknown": "NOSUCHCODE",
    "sql": "'; DROP TABLE events; --",
    "sql union": '" OR 1=1 UNION SELECT * FROM codes --',
    "control characters": "\x00\x1b[2J\x07CODE\x7f",
    "3 KB of binary": bytes(range(256)).decode("latin-1") * 12,
    "broken UTF-8": b"\xff\xfe\x80ABC".decode("utf-8", "surrogateescape"),
    "very long": "A" * 100_000,
    "right-to-left and emoji": "\u202eEDOC 🎟️",
    "another network's code": "5-OTHER-NETWORK",
    "an enrolment code": "countersign:enrol?central=http%3A%2F%2Fevil&code=1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_no_code_of_ours_is_refused_in_a_sentence_and_noted_without_its_text(
    tmp_path: Path, text: str
) -> None:
    world = World()
    world.code("SPRING", world.campaign(a_campaign()))
    counter = a_counter(tmp_path, world)
    look = counter.look_up(text, Source.CAMERA)
    assert (look.reason, look.subject) == (Reason.UNKNOWN_CODE, Nothing(loaded=True))
    assert look.headline
    assert look.message
    assert look.advice
    attempt = written(counter)[-1]
    assert isinstance(attempt, Attempt)
    assert (attempt.reason, attempt.source, attempt.outcome) == ("unknown_code", "CAMERA", "refuse")
    assert attempt.digest == look.digest.hex()
    assert the_till(counter).journal.verify().ok


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01\x02", "\u200b\ufeff"])
def test_what_shows_nothing_is_unreadable(tmp_path: Path, text: str) -> None:
    counter = a_counter(tmp_path, World())
    assert counter.look_up(text, Source.WEDGE).reason == Reason.UNREADABLE_CODE


def test_before_the_first_snapshot_nothing_is_called_unknown(tmp_path: Path) -> None:
    counter = a_counter(tmp_path, World(), load=False)
    look = counter.look_up("SPRING", Source.TYPED)
    assert look.reason == Reason.NOT_LOADED
    assert "office" in look.advice


def test_an_unlimited_code_stands_on_the_replica_alone(tmp_path: Path) -> None:
    world = World()
    code = world.code("SPRING-10", world.campaign(a_campaign(percent(1000))))
    counter = a_counter(tmp_path, world)
    look = counter.look_up("spring 10", Source.TYPED)
    assert look.accepted
    assert (look.by, look.lease, look.code, look.gives) == (By.CACHE, None, code, "10 % off")
    assert world.asked == []


@pytest.mark.parametrize(("enabled", "reason"), [(True, Reason.OK), (False, Reason.REFERRAL_DISABLED)])
def test_referral_codes_follow_the_networks_switch(tmp_path: Path, *, enabled: bool, reason: Reason) -> None:
    world = World()
    world.settings(referral_enabled=enabled)
    world.code("FRIEND", world.campaign(a_campaign(percent(1000), kind=Kind.REFERRAL)))
    world.guest("CARD", a_guest())
    counter = a_counter(tmp_path, world)
    card = counter.look_up("CARD", Source.CAMERA)
    look = counter.look_up("FRIEND", Source.CAMERA, guest=card.guest)
    assert look.reason == reason
    priced = counter.price((Line(amount_minor=1000),), [card, look])
    assert [given.verdict.reason for given in (*priced.given, *priced.left_out)] == [reason]
    assert priced.discount_minor == (100 + 45 if enabled else 50)


def test_a_campaign_of_a_newer_office_needs_an_update_and_all_others_go_on(tmp_path: Path) -> None:
    world = World()
    world.code("FUTURE", world.campaign(a_campaign(id=8, name="Lottery night")))
    news = {"rules_version": RULES_VERSION + 1, "benefit": {"kind": "lottery", "odds": [1, 6]}}
    row = pack({"campaign": msgspec.to_builtins(a_campaign(id=8, name="Lottery night")) | news})
    world.changes.append(Change(Table.CAMPAIGN, 8, 2, row))
    world.code("SPRING", world.campaign(a_campaign()))
    counter = a_counter(tmp_path, world, load=False)
    till = the_till(counter)
    give(till, World(changes=world.changes[:2]))
    assert counter.look_up("FUTURE", Source.CAMERA).accepted
    till.cache.apply_page(
        FeedPage(epoch="first", number=9, head=9, changes=tuple(world.changes[2:]), server_ms=1)
    )
    look = counter.look_up("FUTURE", Source.CAMERA)
    assert (look.reason, look.gives, look.claims) == (Reason.UPDATE_NEEDED, "", ())
    assert "IT" in look.advice
    [left_out] = counter.price((Line(amount_minor=500),), [look]).left_out
    assert left_out.verdict.reason == Reason.UPDATE_NEEDED
    assert counter.look_up("SPRING", Source.CAMERA).accepted
    assert till.cache.status().unreadable == 0
    attempt = written(counter)[-1]
    assert isinstance(attempt, Attempt)
    assert (attempt.reason, attempt.campaign_id) == ("update_needed", 8)
    till.close()
    reopened = a_counter(tmp_path, world, load=False)
    assert reopened.look_up("FUTURE", Source.TYPED).reason == Reason.UPDATE_NEEDED


@pytest.mark.parametrize("snapshot", [True, False], ids=["snapshot", "feed"])
def test_a_campaign_of_this_version_that_cannot_be_read_waits_for_the_office(
    tmp_path: Path, *, snapshot: bool
) -> None:
    world = World()
    world.code("BROKEN", world.campaign(a_campaign(id=8)))
    row = pack({"campaign": msgspec.to_builtins(a_campaign(id=8)) | {"benefit": {"kind": "lottery"}}})
    broken = Change(Table.CAMPAIGN, 8, 2, row)
    if snapshot:
        world.changes[0] = broken
    counter = a_counter(tmp_path, world)
    if not snapshot:
        the_till(counter).cache.apply_page(FeedPage(epoch="first", number=9, head=9, changes=(broken,)))
    assert counter.look_up("BROKEN", Source.CAMERA).reason == Reason.NOT_LOADED
    assert the_till(counter).cache.status().unreadable == 1


def test_a_limited_code_takes_a_lease_that_is_here_without_asking(tmp_path: Path) -> None:
    world = World()
    code = world.code("ONCE", world.campaign(a_campaign()), max_uses=5)
    counter = a_counter(tmp_path, world)
    lend(counter, world, code, 2)
    look = counter.look_up("ONCE", Source.CAMERA)
    assert (look.accepted, look.by) == (True, By.LEASE)
    assert world.asked == []
    held = the_till(counter).journal.held(LimitKind.USES, code.id)
    assert held is not None
    assert (held.lease, held.left) == (look.lease, 2)


def test_without_a_lease_the_office_is_asked_on_the_spot(tmp_path: Path) -> None:
    world = World()
    code = world.code("ONCE", world.campaign(a_campaign()), max_uses=1)
    counter = a_counter(tmp_path, world)
    look = counter.look_up("ONCE", Source.CAMERA)
    assert (look.accepted, look.by) == (True, By.ONLINE)
    assert world.asked == [(LimitKind.USES, code.id, 0, 1, False)]
    assert world.pools[LimitKind.USES, code.id, 0] == 0


@pytest.mark.parametrize("offline", [True, False], ids=["told to stay offline", "office out of reach"])
@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Policy.LEASED, Reason.NEEDS_OFFICE),
        (Policy.ALLOW_WITH_RISK, Reason.NEEDS_OFFICE),
        (Policy.ONLINE_ONLY, Reason.ONLINE_ONLY_OFFLINE),
    ],
)
def test_without_lease_and_office_a_limited_code_is_refused_with_advice(
    tmp_path: Path, policy: Policy, reason: Reason, offline: bool
) -> None:
    world = World(reachable=False)
    world.code("ONCE", world.campaign(a_campaign(policy=policy)), max_uses=3)
    counter = a_counter(tmp_path, world, offline=offline)
    look = counter.look_up("ONCE", Source.CAMERA)
    assert (look.reason, look.claims) == (reason, ())
    assert "sell without this code" in look.advice
    assert isinstance(written(counter)[-1], Attempt)


def test_an_online_only_code_never_uses_a_lease_that_lies_here(tmp_path: Path) -> None:
    world = World()
    code = world.code("STRICT", world.campaign(a_campaign(policy=Policy.ONLINE_ONLY)), max_uses=5)
    counter = a_counter(tmp_path, world)
    lend(counter, world, code, 2)
    look = counter.look_up("STRICT", Source.CAMERA)
    assert (look.accepted, look.by) == (True, By.ONLINE)
    assert world.asked == [(LimitKind.USES, code.id, 0, 1, True)]


def test_the_offices_no_is_said_with_its_details(tmp_path: Path) -> None:
    world = World(refuse=("held_elsewhere", {"where": "Bar 2"}))
    world.code("ONCE", world.campaign(a_campaign()), max_uses=1)
    look = a_counter(tmp_path, world).look_up("ONCE", Source.CAMERA)
    assert (look.reason, look.by) == (Reason.HELD_ELSEWHERE, By.ONLINE)
    assert "Bar 2" in look.message


def test_when_one_limit_refuses_what_was_granted_for_another_goes_back(tmp_path: Path) -> None:
    world = World()
    campaign = world.campaign(a_campaign(max_uses_per_guest=1))
    world.code("BOTH", campaign, max_uses=5)
    guest = world.guest("CARD-1", a_guest())
    counter = a_counter(tmp_path, world)
    look = counter.look_up("BOTH", Source.CAMERA, guest=guest)
    assert look.reason == Reason.USED_UP
    assert len(world.released) == 1
    assert the_till(counter).journal.leases() == []


def test_a_used_code_says_when_and_where(tmp_path: Path) -> None:
    world = World()
    world.code(
        "ONCE",
        world.campaign(a_campaign()),
        max_uses=1,
        uses=1,
        first_used_at_ms=1_767_268_800_000,
        first_used_where="Harbour",
    )
    look = a_counter(tmp_path, world).look_up("ONCE", Source.CAMERA)
    assert look.reason == Reason.USED_UP
    assert look.history == "First used 2026-01-01 13:00, Harbour."


def test_a_card_greets_its_guest_with_tier_points_and_as_of(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.guest("CARD-1", a_guest(tier="GOLD", points=120, as_of_ms=1_767_268_800_000), name="Anna")
    counter = a_counter(tmp_path, world)
    look = counter.look_up("CARD-1", Source.CAMERA)
    assert isinstance(look.subject, GuestSeen)
    assert look.reason == Reason.CARD_OK
    assert look.message == "Anna, GOLD, 120 points (as of 2026-01-01 13:00)"
    assert look.gives == "15 % off for GOLD"
    assert not [one for one in written(counter) if isinstance(one, Attempt)]


@pytest.mark.parametrize(
    ("active", "blocked", "reason"),
    [(False, False, Reason.CARD_INACTIVE), (True, True, Reason.GUEST_BLOCKED)],
)
def test_a_card_that_must_not_be_used_is_refused(
    tmp_path: Path, active: bool, blocked: bool, reason: Reason
) -> None:
    world = World()
    world.guest("CARD-1", a_guest(blocked=blocked), active=active)
    counter = a_counter(tmp_path, world)
    assert counter.look_up("CARD-1", Source.CAMERA).reason == reason
    attempt = written(counter)[-1]
    assert isinstance(attempt, Attempt)
    assert attempt.guest_id == 5


def test_a_badge_is_recognised_and_is_no_failed_attempt(tmp_path: Path) -> None:
    world = World()
    world.staff("Olga", badge="BADGE-1")
    counter = a_counter(tmp_path, world)
    look = counter.look_up("BADGE-1", Source.CAMERA)
    assert look.subject == StaffSeen(staff_id=1, name="Olga")
    assert "Olga" in look.message
    assert not look.accepted
    assert not [one for one in written(counter) if isinstance(one, Attempt)]


def test_a_code_whose_campaign_has_not_come_yet_is_not_loaded(tmp_path: Path) -> None:
    world = World()
    world.code("EARLY", a_campaign())
    look = a_counter(tmp_path, world).look_up("EARLY", Source.CAMERA)
    assert isinstance(look.subject, CodeSeen)
    assert look.reason == Reason.NOT_LOADED


def test_everything_is_said_in_russian_too(tmp_path: Path) -> None:
    world = World(reachable=False)
    world.code("ONCE", world.campaign(a_campaign(percent(1250), kind=Kind.VIP)), max_uses=1)
    counter = a_counter(tmp_path, world, language="ru")
    look = counter.look_up("ONCE", Source.CAMERA)
    assert look.headline == "Нужен офис"
    assert look.gives == "скидка 12,5 %"
    counter.speak("en")
    assert counter.look_up("ONCE", Source.CAMERA).headline == "Office needed"

"""A till's window on real files: a home that is filled and closed, then opened as the product opens it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from pos_app.bootstrap import enrol_till, open_counter
from pos_app.settings import Settings
from pos_app.ui.flow import Screen
from pos_app.ui.house import House
from pos_app.ui.till_window import TillWindow
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Change, CodeRow, Table
from sync.protocol.wire import pack
from sync.rules.campaign import Campaign, Stacking
from sync.rules.code import Code, Kind
from sync.rules.normalise import exact, fold
from sync.rules.sale import Guest
from tests.builders.desk import DIGEST_KEY, World, a_counter, lend, the_till
from tests.builders.patience import LONG_MS
from tests.builders.rules import NOON, a_campaign, fixed, percent

PIN = "2468"
BADGE = "BADGE-MARTA-7F3K"

LUNCH, VOUCHER, VIP, REFERRAL, USED, SECRET = (
    "LUNCH-10",
    "GIFT-5-EURO",
    "VIP-CHEF-TABLE",
    "REF-ANNA",
    "LAST-SUMMER",
    "ONLY-ONLINE",
)
CARD = "CARD-ANNA-001"


def a_world() -> World:
    """A network with a code of each sort, a guest and two cashiers."""
    world = World()
    both = {"stacking": Stacking.COMBINABLE}
    lunch = world.campaign(a_campaign(percent(1000), id=1, name="Lunch offer", **both))
    gift = world.campaign(
        a_campaign(fixed(500), id=2, kind=Kind.VOUCHER, name="Gift voucher", min_basket_minor=1500, **both)
    )
    vip = world.campaign(
        a_campaign(percent(2000), id=3, kind=Kind.VIP, name="Chef's table", vip_priority=True, **both)
    )
    friend = world.campaign(a_campaign(percent(500), id=4, kind=Kind.REFERRAL, name="Bring a friend", **both))
    world.campaign(a_campaign(percent(500), id=5, name="Tomorrow's offer", starts_on="2199-01-01"))
    _code(world, LUNCH, lunch, "Lunch −10 %")
    _code(
        world,
        VOUCHER,
        gift,
        "Gift voucher 5 €",
        max_uses=3,
        uses=1,
        first_used_at_ms=NOON,
        first_used_where="Harbour Café",
    )
    _code(world, VIP, vip, "Chef's table")
    _code(world, REFERRAL, friend, "Anna's friends")
    _code(
        world,
        USED,
        lunch,
        "Summer party",
        max_uses=1,
        uses=1,
        first_used_at_ms=NOON,
        first_used_where="Harbour Café",
    )
    _code(world, SECRET, friend, "Staff night", max_uses=5)
    world.guest(CARD, Guest(id=5, tier="GOLD", points=3420, as_of_ms=NOON), name="Anna Petrova")
    world.staff("Marta Klein", pin=PIN, badge=BADGE)
    world.staff("Ivan Orlov", pin="1357")
    world.settings()
    return world


def _code(world: World, text: str, campaign: Campaign, name: str, **fields: Any) -> None:
    """Add a code under a name of its own: what a guest reads is not what is scanned."""
    code = replace(world.code(text, campaign, **fields), name=name)
    forms = dict.fromkeys((exact(text), fold(text)))
    row = CodeRow(code=code, digests=tuple(keyed_digest(DIGEST_KEY, Subject.CODE, form) for form in forms))
    world.changes[-1] = Change(Table.CODE, code.id, 1, pack(row))


def a_home(folder: Path, world: World | None = None, *, load: bool = True) -> Path:
    """Make an enrolled till in a folder, knowing the world and holding leases of its limited codes; close it."""
    world = world or a_world()
    counter = a_counter(folder, world, load=load, offline=True)
    for (_kind, subject, _guest), pool in list(world.pools.items()):
        if pool > 1:
            lend(counter, world, Code(id=subject, campaign_id=0, kind=Kind.VOUCHER), pool - 1)
    the_till(counter).close()
    return folder


def a_window(home: Path, **choices: Any) -> TillWindow:
    """Make the window of a home, as the product does; nothing is opened before ``begin``.

    Where it reaches an office, it waits for its word as long as it takes: this machine may be slow.
    """
    usual = {"offline": True, "theme": "light", "office_wait_ms": LONG_MS}
    settings = Settings(home=home, **{**usual, **choices})
    return TillWindow(settings, House(settings, open_counter=open_counter, enrol=enrol_till))


def wait_for(condition: Callable[[], bool], *, what: str = "the condition") -> None:
    """Let Qt work until something holds; fail after ``LONG_MS``."""
    loop, clock, limit = QEventLoop(), QTimer(), QTimer()
    held: list[bool] = []

    def look() -> None:
        # What held once counts: at a till that talks to its office, the next news may come before the loop ends.
        if condition():
            held.append(True)
            loop.quit()

    clock.setInterval(2)
    clock.timeout.connect(look)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    clock.start()
    limit.start(LONG_MS)
    if condition():
        held.append(True)
    else:
        loop.exec()
    clock.stop()
    assert held, f"{what} did not come about"


def opened(home: Path, **choices: Any) -> TillWindow:
    """Open a home's window and wait until it asks who is there."""
    window = a_window(home, **choices)
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the sign-in screen")
    settle(window)
    return window


def signed_in(home: Path, **choices: Any) -> TillWindow:
    """Open a home's window and sign the first cashier in."""
    window = opened(home, **choices)
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL, what="the till screen")
    settle(window)
    return window


def settle(window: TillWindow) -> None:
    """Wait until the counter's thread has nothing to do."""
    wait_for(lambda: window.thread_of_counter.idle, what="an idle counter")


def scan(window: TillWindow, *texts: str) -> None:
    """Type codes as a cashier would, each judged before the next."""
    for text in texts:
        window.till.camera.code.setText(text)
        window.till.camera.code.returnPressed.emit()
        settle(window)


def sell(window: TillWindow, amount: str, texts: Sequence[str] = ()) -> None:
    """Make a whole sale."""
    scan(window, *texts)
    window.enter_amount(amount)
    settle(window)
    window.confirm()
    settle(window)

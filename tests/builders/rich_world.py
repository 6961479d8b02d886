"""A network with everything that a bill can hold: a catalogue, rewards, a full wallet, codes that exclude others."""

from dataclasses import replace
from pathlib import Path

from sync.protocol.feed import Change, GuestRow, Product, Table
from sync.protocol.wire import pack, unpack
from sync.rules.campaign import Stacking
from sync.rules.rewards import Reward
from sync.rules.sale import Guest
from tests.builders.desk import World, a_counter, lend_points, the_till
from tests.builders.rules import a_campaign, fixed, percent
from tests.builders.till_window import a_home, a_world

PRODUCTS = (
    Product(item="ESPRESSO", name="Espresso", price_minor=280, category="Coffee"),
    Product(item="LATTE", name="Latte macchiato", price_minor=420, category="Coffee"),
    Product(item="SOUP", name="Tomato soup", price_minor=690, category="Food", tax_group="reduced"),
)
REWARDS = (
    Reward(id=1, name="Espresso for free", points=50, item="ESPRESSO"),
    Reward(id=2, name="Chef's table", points=9_000),
)


def a_rich_world() -> World:
    """The usual network, with a catalogue, rewards, two codes that exclude all others, and a full wallet."""
    world = a_world()
    world.changes = [change for change in world.changes if change.table is not Table.SETTINGS]
    small = world.campaign(a_campaign(fixed(100), id=20, name="One off", stacking=Stacking.EXCLUSIVE))
    large = world.campaign(a_campaign(fixed(900), id=21, name="Nine off", stacking=Stacking.EXCLUSIVE))
    world.code("ONE-OFF", small)
    world.code("NINE-OFF", large)
    carried = world.campaign(
        a_campaign(percent(5000), id=22, name="Birthday", stacking=Stacking.COMBINABLE, min_basket_minor=500)
    )
    birthday = world.code("BIRTHDAY-ANNA", carried)
    at = next(
        number
        for number, change in enumerate(world.changes)
        if change.table is Table.GUEST and change.row is not None
    )
    change = world.changes[at]
    assert change.row is not None
    row = unpack(change.row, GuestRow)
    carrying = GuestRow(
        guest=replace(row.guest, points=120),
        name=row.name,
        phone_last4=row.phone_last4,
        wallet=(birthday.id,),
    )
    world.changes[at] = Change(Table.GUEST, change.id, change.version, pack(carrying))
    world.settings(rewards=REWARDS, products=PRODUCTS)
    return world


def a_rich_home(folder: Path) -> Path:
    """Make a till of that network, which holds 120 of Anna's points; close it."""
    world = a_rich_world()
    home = a_home(folder, world)
    counter = a_counter(home, world, load=False, offline=True)
    lend_points(counter, world, Guest(id=5), 120)
    the_till(counter).close()
    return home

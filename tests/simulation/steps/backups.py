"""Backups of central, what tills let go because of them, and putting an older state of central back."""

import random

from sync.central.schema.words import BackupRule
from sync.central.services.backups import choose_rule, note_backup, set_mark
from sync.central.services.journal.gaps import accept
from sync.rules.user_error import UserError
from tests.simulation.in_touch import in_touch
from tests.simulation.link import Weather
from tests.simulation.machine import Machine, Process
from tests.simulation.put_back import Backup, put_back, take
from tests.simulation.registry import When, step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.steps.limits import as_put_back
from tests.simulation.steps.shop import forget_what_is_gone
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import Violation, World

MAX_BACKUPS = 4
MAX_PUT_BACK = 3
YEAR_MS = 365 * DAY_MS
LONG_AGO_MS = 95 * DAY_MS
"""Longer than a till keeps its own events when it could let them go."""
HERE = frozenset({1, 2})
"""The third lane puts PostgreSQL itself back."""


@step("backup: central's database is copied", weight=6, lanes=HERE)
def copied(world: World, chance: random.Random) -> str | None:
    if world.held:
        return None
    while len(world.backups) >= MAX_BACKUPS:
        # The oldest stays: what was noted since is what somebody may lose by putting it back.
        world.backups.pop(1)
    world.backups.append(take(world.host, at_ms=world.timeline.now_ms, made=_made(world)))
    return f"somebody copies central's database ({len(world.backups)} copies)"


@step("backup: noted as stored away", weight=2, lanes=HERE)
def noted(world: World, chance: random.Random) -> str | None:
    """A mark, a copy that was begun after it, and the word that this copy is stored away; more happens in between."""
    if world.held:
        return None
    host = world.host
    host.run(choose_rule(host.database, BackupRule.MANUAL))
    applied = _marks(world, "applied_seq")
    mark = host.run(set_mark(host.database)).number
    if copied(world, chance) is None:
        return None
    for machine in world.machines:
        if chance.random() < 0.5 and world.start(machine):
            # What comes now is in no backup yet, however soon central hears of it.
            redeem_at(world, machine, chance)
            world.duties(machine, most=2)
    host.run(note_backup(host.database, mark))
    for life, safe in _marks(world, "safe_seq").items():
        if safe < applied.get(life, 0):
            what = f"{applied[life]} events of life {life} are in it, {safe} are called safe"
            raise Violation(4, "what is in a backup that is stored away is safe", what)
    world.backups[-1].noted = True
    world.stored |= world.backups[-1].lives.items()
    world.note("backups stored away")
    return "a backup is stored away"


def _marks(world: World, which: str) -> dict[tuple[int, int], int]:
    rows = world.host.rows(
        f"SELECT till_id, incarnation, {which} AS mark FROM incarnations WHERE network_id = $1",
        world.office.network,
    )
    return {(row["till_id"], row["incarnation"]): row["mark"] or 0 for row in rows}


@step("till: has an idle moment", weight=3)
def idle(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None

    def work(process: Process) -> str:
        process.till.tidy()
        return f"{machine.name} tidies up"

    return world.act(machine, work)


@step("clock: a year ahead, in an idle moment", weight=0.8, fault=True, lanes=HERE)
def idle_ahead(world: World, chance: random.Random) -> str | None:
    """A till without a network whose machine was started with a wrong clock: nothing of its own is old by that."""
    machine = world.sound(chance)
    if machine is None or not world.stored or not world.start(machine):
        return None
    # The mark of what is stored away comes with an acknowledgement.
    redeem_at(world, machine, chance)
    in_touch(world, machine, times=2)
    if machine.running:
        machine.die(power=False)
    machine.clock.reboot()
    machine.clock.wall_off_ms = YEAR_MS
    machine.link.weather = Weather.CUT
    if not world.start(machine):
        return None
    gone = tidied(world, machine)
    machine.clock.wall_off_ms = 0
    in_touch(world, machine)
    return f"{machine.name} has let {gone} events go by a clock that was a year ahead"


@step("time: a quarter of a year passes", weight=0.8, lanes=HERE)
def quarter(world: World, chance: random.Random) -> str | None:
    """Only where a backup was stored away: tills may then let old events go."""
    if not world.stored:
        return None
    for machine in world.machines:
        if world.start(machine):
            world.duties(machine, most=3)
    world.timeline.advance(LONG_AGO_MS)
    gone = sum(tidied(world, machine) for machine in world.machines if chance.random() < 0.8)
    world.note("quarters passed")
    return f"95 days later the tills have let {gone} events go"


@step("central: put back beyond what tills have let go", weight=0.6, fault=True, lanes=HERE)
def beyond(world: World, chance: random.Random) -> str | None:
    """The newest backup is lost too, and an older copy comes back: what tills let go meanwhile nobody has any more."""
    if not may_put_back(world) or copied(world, chance) is None:
        return None
    older = world.backups[-1]
    for machine in world.machines:
        for _ in range(chance.randint(0, 3)):
            if world.start(machine):
                redeem_at(world, machine, chance)
        world.duties(machine)
    world.timeline.advance(DAY_MS)
    # Nobody may let go of what the checker has not read yet.
    world.check(When.STEP)
    if noted(world, chance) is None or quarter(world, chance) is None or older.made != _made(world):
        return None
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    _put_back(world, older)
    return "the newest backup is lost with central, an older one is put back"


@step("central: put back to a backup", weight=2.5, fault=True, lanes=HERE)
def restored(world: World, chance: random.Random) -> str | None:
    fitting = [backup for backup in world.backups if backup.made == _made(world)]
    if not fitting or world.tally["central put back"] >= MAX_PUT_BACK:
        return None
    backup = chance.choice(fitting)
    _put_back(world, backup)
    hours = (world.timeline.now_ms - backup.at_ms) / 3_600_000
    return f"central is put back by {hours:.1f} hours"


def may_put_back(world: World) -> bool:
    """Whether central may be put back once more now."""
    return not world.held and world.tally["central put back"] < MAX_PUT_BACK


def put_back_to(world: World, backup: Backup, *, said: bool = True) -> bool:
    """Put central back to a copy, and say so or not; False when a person would have to do something anew since."""
    if backup.made != _made(world):
        return False
    _put_back(world, backup, said=said)
    return True


def _put_back(world: World, backup: Backup, *, said: bool = True) -> None:
    while world.held:
        world.held.pop().abandon()
    put_back(world.host, backup, said=said)
    note_put_back(world)


def note_put_back(world: World) -> None:
    """Let the checker know that central holds less than it has said, until its tills have been heard."""
    as_put_back(world)
    forget_what_is_gone(world)
    # What was switched since the copy is as it was in it.
    world.off.clear()
    # What was closed and granted to another since comes back in any order: until all is heard it may look granted twice.
    # A till that has sold to a guest whom another has registered may come before that one.
    world.expected_cases |= {"central_restored", "granted_twice", "guest_unknown"}
    world.awaited = {machine.name for machine in world.machines}
    world.note("central put back")


@step("central: put back by an event or two of a till", weight=0.8, fault=True, lanes=HERE)
def by_a_little(world: World, chance: random.Random) -> str | None:
    """What the newest copy lacks is as little as can be: one event more, or two, and central is gone."""
    machine = world.at_work(chance)
    if machine is None or not may_put_back(world):
        return None
    machine.link.clear_up()
    world.duties(machine)
    if copied(world, chance) is None:
        return None
    for _ in range(chance.choice((1, 1, 2))):
        redeem_at(world, machine, chance)
    if machine.running:
        world.duties(machine)
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if not put_back_to(world, world.backups[-1]):
        return None
    return f"central is put back to just before the newest events of {machine.name}"


@step("office: accepts that events are lost", weight=1, lanes=HERE)
def accepted(world: World, chance: random.Random) -> str | None:
    told = [accept_loss(world, machine) for machine in world.machines]
    lost = sum(told)
    return f"the office accepts that {lost} events are lost" if lost else None


def accept_loss(world: World, machine: Machine) -> int:
    """Let a person accept what a till has let go and central lacks since it was put back; return how many events."""
    if not machine.till_id:
        return 0
    try:
        with world.host.transaction(world.office.network) as connection:
            gaps = world.host.run(accept(connection, world.office.network, machine.till_id, by="simulation"))
    except UserError:
        return 0
    for gap in gaps:
        world.lose(machine.till_id, gap.incarnation, first=gap.first_seq, last=gap.last_seq)
        # A till's gaps are accepted all at once, those of its other machines with them.
        for each in world.machines:
            if each.till_id == machine.till_id and gap.incarnation in world.lives(each):
                world.excuse(each, "gap")
    world.expected_cases |= {"events_pruned", "lease_miscounted", "quarantined"}
    world.note("gaps accepted")
    return sum(gap.lost for gap in gaps)


def tidied(world: World, machine: Machine) -> int:
    """Let a till let old events go; return how many."""
    if machine.process is None:
        return 0
    before = len(world.books[machine.name].events)

    def work(process: Process) -> int:
        process.till.tidy()
        (left,) = process.till.journal._connection.execute("SELECT count(*) FROM events").fetchone()
        return max(0, before - int(left))

    gone = world.act(machine, work) or 0
    world.tally["events let go"] += gone
    return gone


def _made(world: World) -> tuple[int, ...]:
    """Return what would be unknown to the office, or undecided again, if an older state were put back.

    A person would have to make it anew, or decide once more: that is not what is tried here.
    """
    decided = ("lost tills reissued", "lost tills burnt", "earlier lives given up", "gaps accepted")
    return (
        len(world.office.codes),
        len(world.office.guests),
        len(world.machines),
        sum(len(whys) for whys in world.excused.values()),
        *(world.tally[each] for each in decided),
    )

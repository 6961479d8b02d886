"""The end of every world: all that is broken is mended, and then everything must come to rest in bounded time."""

from sync.central.services.epochs import book_missing
from sync.central.services.grants import LeaseFor
from sync.central.services.journal.retrying import retry_all
from sync.central.services.lease_recall import is_recalled
from sync.rules.user_error import UserError
from tests.simulation.machine import Machine, Process
from tests.simulation.steps.backups import accept_loss
from tests.simulation.world import Violation, World

ROUND_MS = 20_000
MAX_ROUNDS = 90
"""Half an hour of true time, far more than any back-off: what is not settled then never will be."""
PATIENCE_MS = 2 * 60 * 1000
TOLD_OF_COPIES = frozenset({"journal_behind", "journal_rolled_back", "till_fenced", "till_revoked"})
"""Reasons by which a till says that it is a copy, or that its life has ended."""
WHAT_MUST_SETTLE = "after healing, nothing unsettled in bounded time"


def heal(world: World) -> None:
    """Mend everything and run until nothing is left to do; raises :class:`Violation` when that does not come."""
    _mend(world)
    begun_ms = world.timeline.now_ms
    waiting: list[str] = []
    for _ in range(MAX_ROUNDS):
        world.number()
        for machine in world.machines:
            if world.start(machine):
                world.act(machine, _reopen)
                world.duties(machine, most=8)
            elif "lying disk" in machine.faults and not machine.gone:
                # What its disk has left of its files is no till any more, and it has said so in a sentence.
                machine.gone = True
                world.lost |= world.books[machine.name].by_id.keys()
                world.note("tills that a lying disk has ended")
        for machine in world.machines:
            accept_loss(world, machine)
        tried = world.host.run(retry_all(world.host.database, world.host.secrets, world.office.network))
        world.tally["events applied when they were tried again"] += tried.applied
        waiting = [why for machine in world.machines for why in _unsettled(world, machine)]
        # A till that is out hears of a restore when its next contact is refused, however long it backs off.
        patient = not _was_put_back(world) or world.timeline.now_ms - begun_ms >= PATIENCE_MS
        if waiting and patient:
            _decide_on_the_over(world)
        if not waiting and world.number() == 0 and patient:
            world.settled_after_ms = world.timeline.now_ms - begun_ms
            return
        world.timeline.advance(ROUND_MS)
    raise Violation(9, WHAT_MUST_SETTLE, "; ".join(waiting) or "central goes on numbering changes")


def _mend(world: World) -> None:
    world.fault = "healing"
    world.host.plan.after = -1
    while world.held:
        world.held.pop().commit()
    for machine in world.machines:
        machine.link.clear_up()
        machine.killer.after = -1
        machine.disk.disarm()
        machine.capacity_low = False
        if not machine.gone:
            machine.link.deliver_wandering()
        machine.link.wandering.clear()
    for place, machine in enumerate(world.machines):
        # After a restore every till must list its leases; otherwise one in two is never updated.
        if _was_put_back(world) or place % 2:
            machine.link.speaks = world.central_speaks
    _decide_on_the_missing(world)
    # A till that stands still after a failure of its disk is started anew by whoever stands there.
    for machine in world.machines:
        if machine.process is not None and _stopped(machine.process):
            machine.die(power=False)


def is_old(world: World, machine: Machine) -> bool:
    """Whether a till's program is older than central understands: it hands in its journal, and no more."""
    return machine.link.speaks != world.central_speaks


def in_good_standing(world: World, machine: Machine) -> bool:
    """Whether a till is the office's own, up to date, and no machine that something has ended."""
    ended = {"revoked", "fenced", "clone", "old image", "lying disk", "retired", "lost"}
    if machine.gone or not machine.till_id or machine.faults & ended or is_old(world, machine):
        return False
    return machine.process is not None and _stopped(machine.process) is None


def _decide_on_the_missing(world: World) -> None:
    """Stop waiting for tills that never come to list their leases: somebody at the office says so by name."""
    # One that was replaced cannot list: what it holds waits for its successor, or for this decision.
    there = {each.till_id for each in world.machines if not each.gone and "fenced" not in each.faults}
    for machine in world.machines:
        # A machine that is gone may have a successor, for whom everybody waits.
        if machine.gone and machine.till_id not in {0, *there} and _was_put_back(world):
            _book_missing(world, machine, why="lost")


def _decide_on_the_over(world: World) -> None:
    """Stop waiting for tills that say themselves that they are over: what earlier machines of theirs hold waits for it."""
    for machine in world.machines:
        process = machine.process
        if process is not None and _may_keep(machine, process) and _was_put_back(world):
            _book_missing(world, machine, why="over")


def _book_missing(world: World, machine: Machine, *, why: str) -> None:
    network = world.office.network
    with world.host.transaction(network) as connection:
        world.host.run(
            book_missing(connection, network, till_id=machine.till_id, why=why, actor="simulation")
        )


def _was_put_back(world: World) -> bool:
    """Whether central stands in another epoch than it began in, however that came about."""
    return "central_restored" in world.expected_cases


def _reopen(process: Process) -> None:
    """Do what the next sale would: open a journal again that a failing disk had stopped."""
    if _stopped(process):
        process.till.journal.reopen()


def _unsettled(world: World, machine: Machine) -> list[str]:
    """Say what a machine still waits for."""
    if machine.gone or not machine.till_id:
        return []
    process = machine.process
    if process is None:
        return [f"{machine.name} does not start"]
    if (stopped := _stopped(process)) and not _may_keep(machine, process):
        return [f"{machine.name} stands still: {stopped}"]
    if stopped:
        return []
    status = process.till.journal.status()
    told: list[str] = []
    if status.unsettled and not _may_keep(machine, process):
        told.append(f"{machine.name} holds {status.unsettled} events back ({_trouble(process)})")
    if machine.faults & {"revoked", "fenced", "clone", "old image"} or is_old(world, machine):
        return told
    return [*told, *_open_with_office(world, machine, process)]


def _open_with_office(world: World, machine: Machine, process: Process) -> list[str]:
    """Say what a till in good standing has not heard from central yet."""
    told: list[str] = []
    if process.agent.operations.unanswered():
        told.append(f"{machine.name} has unanswered questions ({_trouble(process)})")
    cache = process.till.cache.status()
    head = world.host.rows("SELECT feed_head FROM networks WHERE id = $1", world.office.network)[0][
        "feed_head"
    ]
    if not cache.ready or cache.number != head:
        told.append(f"{machine.name}'s replica is at {cache.number} of {head} ({_trouble(process)})")
    if process.agent.contacts.made == 0:
        told.append(f"{machine.name} has made no contact ({_trouble(process)})")
    if not machine.faults and world.host.run(_recalled(world, machine, process)):
        # So many at a time are given back; in some worlds one.
        told.append(f"{machine.name} has not given back all that was asked back ({_trouble(process)})")
    if process.till.journal.guests_to_ask().events:
        # A replica that came whole tells of nobody who is gone: the next contact asks.
        told.append(f"{machine.name} has not asked yet who of its guests was erased ({_trouble(process)})")
    return told


async def _recalled(world: World, machine: Machine, process: Process) -> bool:
    life = 0 if process.till.identity is None else process.till.identity.incarnation
    async with world.host.database.network_transaction(world.office.network) as connection:
        return await is_recalled(connection, LeaseFor(world.office.network, machine.till_id, life))


def _may_keep(machine: Machine, process: Process) -> bool:
    """Whether a till is right to keep events: its files are an older copy of themselves, and it says so."""
    if not machine.faults & {"old image", "clone", "lying disk", "retired"}:
        return False
    return says_it_is_over(process)


def says_it_is_over(process: Process) -> bool:
    """Whether a till has stopped, or says that it is a copy or that its life has ended."""
    told = {error.reason for error in process.agent.board._problems.values()}
    return _stopped(process) is not None or bool(told & TOLD_OF_COPIES)


def _trouble(process: Process) -> str:
    return _stopped(process) or process.agent.state().problem or "no trouble told"


def _stopped(process: Process) -> str | None:
    """Say why a journal has stopped; one whose file could not even be opened again says so by an error."""
    try:
        return process.till.journal.status().stopped
    except UserError as error:
        return str(error)

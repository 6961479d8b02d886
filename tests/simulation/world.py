"""One world: true time, a central with one network, machines at counters, and what was acknowledged to people.

The scheduler is a plain loop over steps that were drawn from the seed. Between two steps time passes, duties of
tills that are due run, and every invariant that is cheap enough is looked at.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sync.central.services.redeeming.asking import Asked
from sync.central.services.sequencer import stamp
from sync.protocol.version import PROTOCOL_VERSION
from sync.rules.campaign import Policy
from sync.rules.user_error import UserError
from sync.till.journal.file import FOR_GOOD
from sync.till.sqlcipher import Error
from tests.simulation import office_life
from tests.simulation.book import Book, Written, read_event
from tests.simulation.central_host import CentralCrash, CentralHost, HeldTransaction, scratch
from tests.simulation.disk.disk import Disk
from tests.simulation.link import Link, Weather
from tests.simulation.machine import Machine, MachineDied, Process
from tests.simulation.put_back import Backup
from tests.simulation.registry import INVARIANTS, Invariant, When
from tests.simulation.small_limits import turn_down
from tests.simulation.timeline import DAY_MS, START_MS, CentralClock, MachineClock, Timeline

T = TypeVar("T")

FUTURE_KIND = "from.the.future"
"""A kind of event that no program knows: a step writes it, and central is right to set it aside."""
USED_BEFORE = ("used_up_today", "guest_limit_today", "already_used_by_guest")
"""What the office says of a use that others had left no room for: it is taken, and a person is told."""
ENROL_TRIES = 3
MAX_DUTIES = 4
"""How often one till may do what is due before the next step comes."""


class Violation(Exception):
    """An invariant does not hold."""

    def __init__(self, number: int, name: str, what: str) -> None:
        super().__init__(f"invariant {number} ({name}): {what}")
        self.number = number
        self.name = name
        self.what = what


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Something that a till said to a person after COMMIT. ``true_ms`` is the true time of it."""

    machine: str
    event: UUID
    true_ms: int
    verdict: str
    code: int | None
    sentence: str


class Forgotten(NamedTuple):
    """One change of the feed that central keeps no more: what the checker remembers of it."""

    number: int
    tab: str
    subject: int
    version: int
    gone: bool


@dataclass(slots=True)
class World:
    """Everything there is. Steps change it, invariants read it."""

    seed: int
    lane: int
    host: CentralHost
    folder: Path
    timeline: Timeline
    clock: CentralClock
    office: office_life.Office
    machines: list[Machine] = field(default_factory=list)
    books: dict[str, Book] = field(default_factory=dict)
    acknowledged: dict[UUID, Acknowledged] = field(default_factory=dict)
    lost: set[UUID] = field(default_factory=set)
    """Events whose last durable copy is gone: a disk was replaced by an older image of itself."""
    excused: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    """Lives (till, incarnation) of which something is known that breaks the plain form of an invariant."""
    poison: set[UUID] = field(default_factory=set)
    """Events that central is right to set aside."""
    tally: Counter[str] = field(default_factory=Counter)
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    fault: str = "none"
    expected_cases: set[str] = field(default_factory=set)
    """Kinds of cases that some step has given cause for, whoever's they are."""
    held: list[HeldTransaction] = field(default_factory=list)
    new: list[tuple[Machine, Written]] = field(default_factory=list)
    """Events that the last step brought, for invariants that look at each once."""
    steps: int = 0
    happened: bool = False
    """Whether the present step has reached a till, even if that only said why it would not."""
    settled_after_ms: int | None = None
    ended: dict[tuple[int, int], int] = field(default_factory=dict)
    """When each life (till, incarnation) was ended by the office or by a successor, in true time."""
    marks: dict[tuple[str, int], int] = field(default_factory=dict)
    """What each till last took for settled, by its name and life."""
    taken_for_settled: dict[tuple[str, int], int] = field(default_factory=dict)
    """The same, whether or not the till has heard since that central was put back: as it was after the last step."""
    let_go: dict[tuple[str, int], int] = field(default_factory=dict)
    """Up to which event each till has let its own life's events go, as the checker has seen it."""
    unread: set[str] = field(default_factory=set)
    """Machines whose journal could not be read at this moment, by their till as little as by the checker."""
    compared: dict[str, str] = field(default_factory=dict)
    """At which cursor each till's replica was last compared with the feed."""
    feed_forgotten: dict[str, list[Forgotten]] = field(default_factory=dict)
    """What central has forgotten of its feed, by the feed's epoch."""
    over: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The last event (life, seq) of each machine whose life has ended, as it has said itself."""
    off: set[int] = field(default_factory=set)
    """Codes that the office has switched off last, as far as central still knows of it."""
    lowered: set[tuple[str, int]] = field(default_factory=set)
    """Limits (kind, subject) that the office has made smaller than it had made them before."""
    shop: dict[UUID, Asked] = field(default_factory=dict)
    """Uses that somebody without a till has asked for, by operation."""
    shop_heard: dict[UUID, str] = field(default_factory=dict)
    """What the first answer to each said that reached anybody."""
    shop_forgotten: set[UUID] = field(default_factory=set)
    """Those of them of which central knows nothing since it was last put back."""
    contradicted: list[str] = field(default_factory=list)
    """Where a later answer was another."""
    erased_phones: dict[bytes, list[int]] = field(default_factory=dict)
    """Whom the office has erased under which phone, as tills name it: by its keyed digest."""
    asked: int = 0
    epoch: str = ""
    epoch_read: int = -1
    """Central's present epoch, and after how many requests it was read."""
    central_speaks: int = PROTOCOL_VERSION
    at_close: list[Callable[[], None]] = field(default_factory=list)
    """What must be as it was for the world that comes next."""
    backups: list[Backup] = field(default_factory=list)
    stored: set[tuple[tuple[int, int], int]] = field(default_factory=set)
    """Up to which event each life is in some backup that is stored away."""
    awaited: set[str] = field(default_factory=set)
    """Machines that have not heard yet of the epoch which central has begun since it was put back."""

    # -- who is there -----------------------------------------------------------------------------------------

    def add_machine(self, chance: random.Random, *, restaurant: int | None = None) -> Machine:
        """Put a computer at a counter; it is not enrolled yet."""
        name = f"s{self.seed}-{len(self.machines) + 1}"
        folder = self.folder / name
        folder.mkdir()
        link = Link(name, self.host, self.timeline, random.Random(f"{self.seed}/{name}/link"), self.tally)
        # A new machine comes with the newest program.
        link.speaks = link.central_speaks = self.central_speaks
        machine = Machine(
            name=name,
            folder=folder,
            # In the first lane what was written stays written.
            disk=Disk(folder, f"{self.seed}/{name}", loses=self.lane == 2),
            clock=MachineClock(self.timeline, name, random.Random(f"{self.seed}/{name}/clock")),
            link=link,
            timeline=self.timeline,
            chance=random.Random(f"{self.seed}/{name}"),
            restaurant=restaurant or chance.choice(self.office.restaurants),
        )
        machine.announce()
        self.machines.append(machine)
        self.books[name] = Book()
        return machine

    def pick(self, chance: random.Random, *, running: bool = False) -> Machine | None:
        """Choose a machine that is still there (and runs)."""
        there = [
            each for each in self.machines if not each.gone and each.till_id and (each.running or not running)
        ]
        return chance.choice(there) if there else None

    def at_work(self, chance: random.Random) -> Machine | None:
        """Choose a machine that is there, and start its till; None when none runs then."""
        machine = self.pick(chance)
        return machine if machine is not None and self.start(machine) else None

    def sound(self, chance: random.Random) -> Machine | None:
        """Choose a machine; None when that one has met something that needs an excuse already."""
        machine = self.pick(chance)
        return None if machine is None or machine.faults else machine

    # -- doing things -----------------------------------------------------------------------------------------

    def act(self, machine: Machine, work: Callable[[Process], T]) -> T | None:
        """Do something at a running till; None when it died of it, or said no in a sentence.

        What is neither a sentence nor the consequence of a fault is a bug, and travels on.
        """
        process = machine.process
        if process is None:
            return None
        self.happened = True
        try:
            return work(process)
        except MachineDied as died:
            self._buried(machine, f"killed {died}")
        except UserError as error:
            self._said(machine, error)
        except (Error, OSError) as error:
            if not machine.fell() and not sum(machine.disk.struck.values()):
                raise
            self.note(f"raw {type(error).__name__} of a failing disk")
        except MemoryError:
            # So SQLite calls it in some places that a page cannot be read: of a machine without power nobody hears it.
            if not machine.fell():
                raise
        finally:
            if machine.fell():
                self._buried(machine, machine.disk.place_of_kill or "somewhere")
        return None

    def start(self, machine: Machine) -> bool:
        """Start a till; False when it said why not."""
        if machine.running:
            return True
        if machine.gone or not machine.till_id:
            return False
        if machine.betrayed:
            # What the disk had called synced may be gone; nobody but central can tell.
            self.excuse(machine, "lying disk")
            machine.betrayed = False
            self.note("disks that had lied lost their power")
        try:
            machine.start()
        except MachineDied as died:
            self._buried(machine, f"killed {died} while starting")
        except UserError as error:
            self._said(machine, error)
            if machine.fell():
                self._buried(machine, "while starting")
        except (Error, OSError):
            if not machine.fell():
                raise
            self._buried(machine, "while starting")
        else:
            self.reread(machine)
        return machine.running

    def enrol(self, machine: Machine, *, till: str = "") -> bool:
        """Make a till of a machine (of that name, if given); False when it said why not, each time somebody tried.

        Central may fall while it is asked. Whoever stands there then gets another code: a journal that was handed
        over for this machine lies in its file until somebody takes it in.
        """
        for _ in range(ENROL_TRIES):
            code = self.office.invite(till or machine.name, machine.restaurant)
            try:
                machine.enrol(code)
            except UserError as error:
                self._said(machine, error)
                continue
            return True
        return False

    def number(self) -> int:
        """Let the sequencer number what was committed, as its job does within milliseconds; return how many."""

        async def work() -> int:
            async with self.host.database.network_transaction(self.office.network) as connection:
                return await stamp(connection, self.office.network)

        try:
            return self.host.run_fragile(work())
        except CentralCrash as crash:
            self.note(f"central crash {crash}")
            self.host.restart()
            return 0

    def duties(self, machine: Machine, *, most: int = MAX_DUTIES) -> int:
        """Let a till do what is due; return how many rounds of its agent ran."""
        rounds = 0
        while machine.process is not None and rounds < most:
            wait_ms = self.act(machine, lambda process: process.agent.step())
            rounds += 1
            if wait_ms is None or wait_ms > 0:
                break
        return rounds

    def acknowledge(
        self, machine: Machine, event: UUID | None, verdict: str, code: int | None, sentence: str
    ) -> None:
        """Remember what a person was told."""
        if event is not None:
            self.acknowledged[event] = Acknowledged(
                machine.name, event, self.timeline.now_ms, verdict, code, sentence
            )

    def excuse(self, machine: Machine, why: str) -> None:
        """Note that a till's present life has met something that the plain invariants do not cover."""
        machine.faults.add(why)
        for incarnation in self.lives(machine):
            self.excused.setdefault((machine.till_id, incarnation), set()).add(why)
            if why in ("fenced", "revoked"):
                self.ended[machine.till_id, incarnation] = self.clock.now_ms()

    def lives(self, machine: Machine) -> set[int]:
        """Return the lives of its till of which a machine holds events, or has held some."""
        return {incarnation for incarnation, _ in self.books[machine.name].events} or {1}

    def lose(self, till: int, incarnation: int, *, first: int, last: int) -> None:
        """Take events for lost: a person has accepted it."""
        for machine in self.machines:
            if machine.till_id == till:
                self.lost |= {
                    written.event
                    for (life, seq), written in self.books[machine.name].events.items()
                    if life == incarnation and first <= seq <= last
                }

    def hears_of_epoch(self, machine: Machine) -> bool:
        """Whether a till knows central's present epoch: before, it rightly believes more than central holds."""
        if not self.tally["central put back"] or machine.process is None:
            return True
        if self.host.requests != self.epoch_read:
            (row,) = self.host.rows("SELECT epoch FROM networks WHERE id = $1", self.office.network)
            self.epoch, self.epoch_read = str(row["epoch"]), self.host.requests
        if machine.unsure or machine.process.till.journal.epoch() != self.epoch:
            self.awaited.add(machine.name)
        elif machine.name in self.awaited:
            self.awaited.discard(machine.name)
            for mark in [each for each in self.marks if each[0] == machine.name]:
                del self.marks[mark]
        return machine.name not in self.awaited

    def feed_epoch(self) -> str:
        """Return the epoch of the feed as it goes on now."""
        (row,) = self.host.rows("SELECT feed_epoch FROM networks WHERE id = $1", self.office.network)
        return str(row["feed_epoch"])

    def note(self, what: str) -> None:
        """Count something for the report."""
        self.tally[what] += 1

    def state(self, what: str) -> None:
        """Count that a state was reached while the last fault was what it was."""
        self.met[self.fault, what] += 1

    # -- what the checker may ask -----------------------------------------------------------------------------

    def central_was_asked(self) -> bool:
        """Whether anything may have changed at central since this was asked last."""
        before, self.asked = self.asked, self.host.requests
        return before != self.asked

    def at_central(self) -> list[Written]:
        """Read every event that central holds, by its bytes."""
        return [
            read_event(row["body"], row["signature"])
            for row in self.host.rows(
                "SELECT body, signature FROM events WHERE network_id = $1", self.office.network
            )
        ]

    def redemptions(self) -> dict[UUID, dict[str, Any]]:
        """Return every redemption that a till or central knows of, by event."""
        known = [written for book in self.books.values() for written in book.events.values()]
        return {
            written.event: written.payload
            for written in (*known, *self.at_central())
            if written.kind == "redemption"
        }

    def is_excused(self, event: UUID) -> bool:
        """Whether an event was written by a till of which something is known that needs an excuse."""
        return all(
            bool(machine.faults) for machine in self.machines if event in self.books[machine.name].by_id
        )

    def may_expose(self, kind: str, subject: int, guest: int) -> bool:
        """Whether something has happened for which this very limit may be exceeded, as an exposure that is shown.

        A till that was copied or put back spends units that it has spent before; a fenced or revoked one
        spends on until it hears of it: that touches the limits which such a life held leases of. Otherwise
        only a campaign's own risk counts.
        """
        if any(
            code.campaign.policy is Policy.ALLOW_WITH_RISK
            and (kind, subject) in (("uses", code.id), ("guest_uses", code.campaign.id))
            for code in self.office.codes
        ):
            return True
        return (kind, subject) in self.lowered or (kind, subject, guest) in self.limits_of_excused()

    def limits_of_excused(self) -> set[tuple[str, int, int]]:
        """Return every limit (kind, subject, guest) of which a life that needs an excuse held a lease."""
        lives = {life for life, whys in self.excused.items() if whys - {"poison"}}
        if not lives:
            return set()
        held = {
            (row["kind"], row["subject"], row["guest"])
            for row in self.host.rows(
                "SELECT DISTINCT till_id, incarnation, kind, subject, guest FROM leases WHERE network_id = $1",
                self.office.network,
            )
            if (row["till_id"], row["incarnation"]) in lives
        }
        for book in self.books.values():
            held |= {
                (grant["kind"], grant["subject"], grant.get("guest", 0))
                for grant in book.granted.values()
                if (grant["till"], grant["incarnation"]) in lives
            }
        # What was used under a number that turned out to be another guest's is that one's.
        kept = {
            row["id"]: row["merged_into"]
            for row in self.host.rows(
                "SELECT id, merged_into FROM guests WHERE network_id = $1 AND merged_into IS NOT NULL",
                self.office.network,
            )
        }
        return held | {(kind, subject, kept[guest]) for kind, subject, guest in held if guest in kept}

    def explains(self, kind: str, till: int | None, event: UUID | None, detail: dict[str, Any]) -> bool:
        """Whether a case has a cause in this world."""
        whys = set().union(*(why for (of, _), why in self.excused.items() if of == till), set())
        if event is not None and (event in self.poison or detail.get("kind") == FUTURE_KIND):
            return True
        if kind == "at_risk":
            # A use at risk is told to a person; that the campaign allows it is looked at with its limit.
            return any(code.campaign.policy is Policy.ALLOW_WITH_RISK for code in self.office.codes)
        if kind == "rule_difference" and detail.get("office_says") in USED_BEFORE:
            # Somebody else has used it, of whom this till had not heard; that it had not is looked at by itself.
            return any(code.campaign.id == detail.get("campaign") for code in self.office.codes)
        if kind == "lease_unknown" and "undone" in detail and self.is_excused(UUID(detail["undone"])):
            # What a till that needs an excuse had taken is given back by another one.
            return True
        return bool(whys) or kind in self.expected_cases

    def restored(self, machine: Machine) -> Counter[UUID]:
        """Return the units of each lease that voids and refunds of this till have given back to it."""
        back: Counter[UUID] = Counter()
        for written in self.books[machine.name].events.values():
            for each in written.fields.get("restores", []):
                # Only what the till says it has put back itself; of the rest, central takes care.
                back[UUID(each["lease"])] += each["units"] if each.get("here") else 0
        return back

    def undone(self) -> set[UUID]:
        """Return every event that a void undoes, or of whose money all has come back."""
        known = {written.event: written for book in self.books.values() for written in book.events.values()}
        known |= {written.event: written for written in self.at_central()}
        back: Counter[UUID] = Counter()
        gone: set[UUID] = set()
        for written in known.values():
            if written.kind in ("void", "refund"):
                original = UUID(written.payload["original"])
                back[original] += written.payload["amount_minor"]
                sale = known.get(original)
                paid = None if sale is None else sale.payload.get("paid_minor")
                if written.kind == "void" or (paid is not None and back[original] >= paid):
                    gone.add(original)
        return gone

    def has_refunds(self) -> bool:
        """Whether anything was voided or refunded: uses then go down too."""
        return any(
            written.kind in ("void", "refund")
            for book in self.books.values()
            for written in book.events.values()
        )

    # -- looking ----------------------------------------------------------------------------------------------

    def note_contacts(self) -> None:
        """Note which machines have had a whole contact with central since their boot."""
        for machine in self.machines:
            made = 0 if machine.process is None else machine.process.agent.contacts.made
            if made > machine.contacts_seen:
                machine.anchored_in = machine.clock.boot_id()
                machine.unsure = False
            machine.contacts_seen = made

    def read_books(self) -> None:
        """Read what the journals of running tills have got since."""
        self.new = []
        self.unread.clear()
        for machine in self.machines:
            if machine.process is not None:
                book, journal = self.books[machine.name], machine.process.till.journal
                stopped = journal._file.stopped
                if stopped is not None and stopped.reason not in FOR_GOOD:
                    # A connection on which a COMMIT has failed may show less than the file holds, until the till
                    # opens it anew: what it holds is read then.
                    self.unread.add(machine.name)
                    continue
                try:
                    self.new += [(machine, each) for each in book.read_on(journal._connection)]
                except (Error, UserError):
                    self._unreadable()
                    self.unread.add(machine.name)

    def reread(self, machine: Machine) -> None:
        """Read a journal from its beginning: what it held before is not to be taken for what it holds."""
        if machine.process is None:
            return
        before, book = self.books[machine.name], Book()
        self.books[machine.name] = book
        with self.disks_at_peace():
            book.carry(before, machine.process.till.journal._connection)
            book.read_on(machine.process.till.journal._connection)
        gone = before.by_id.keys() - book.by_id.keys()
        if gone and machine.faults & {"old image", "lying disk"}:
            self.lost |= gone

    def check(self, when: When) -> None:
        """Look at the invariants of this moment; raises :class:`Violation` at the first that does not hold."""
        with self.disks_at_peace():
            self.read_books()
            for each in INVARIANTS:
                if each.when is when:
                    self._look(each)
            # Only now: what the last step wrote may have been written before its contact.
            self.note_contacts()

    def close(self) -> None:
        """End the world."""
        for undo in self.at_close:
            undo()
        for writer in self.held:
            writer.abandon()
        for machine in self.machines:
            machine.disk.disarm()
            machine.killer.after = -1
            machine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- inside -----------------------------------------------------------------------------------------------

    def _look(self, invariant: Invariant) -> None:
        try:
            for problem in invariant.check(self):
                raise Violation(invariant.number, invariant.name, problem)
        except (Error, UserError):
            self._unreadable()

    def _unreadable(self) -> None:
        """Let a journal be that its own till cannot read either: a disk has failed, and it is read when it is back."""
        if not any(sum(machine.disk.struck.values()) for machine in self.machines):
            raise  # noqa: PLE0704 - called while an error is handled
        self.note("unreadable for the checker too")

    @contextmanager
    def disks_at_peace(self) -> Iterator[None]:
        """Let the checker read without meeting the faults that wait for the till."""
        waiting = [(machine.disk, machine.disk._plan.armed) for machine in self.machines]
        for disk, _ in waiting:
            disk._plan.armed = []
        try:
            yield
        finally:
            for disk, armed in waiting:
                disk._plan.armed = armed

    def _said(self, machine: Machine, error: UserError) -> None:
        self.note(f"said {error.reason}")
        self.state(f"said {error.reason}")

    def _buried(self, machine: Machine, where: str) -> None:
        power = machine.fell() and self.lane == 2
        self.kills[where] += 1
        if machine.fell() and not power:
            # In lane 1 what was written stays written: the process ends, the machine does not.
            machine.disk.crash(keep=1)
        machine.die(power=power)


def begin(seed: int, lane: int, host: CentralHost) -> World:
    """Make a world with its office, its machines not enrolled yet."""
    chance = random.Random(f"{seed}/world")
    timeline = Timeline(START_MS + chance.randrange(400) * DAY_MS + chance.randrange(DAY_MS))
    clock = CentralClock(timeline, str(seed))
    host.begin(clock)
    office = office_life.found(host, chance, timeline.now_ms)
    folder = Path(tempfile.mkdtemp(prefix=f"countersign-world-{seed}-", dir=scratch()))
    world = World(seed, lane, host, folder, timeline, clock, office)
    world.at_close.append(turn_down(random.Random(f"{seed}/limits")))
    world.number()
    tills = chance.choice((2, 2, 2, 2, 3, 3, 4, 6))
    if seed % 100 == 0:
        tills = chance.choice((20, 35, 50))
    for _ in range(tills):
        world.enrol(world.add_machine(chance))
    for machine in world.machines:
        machine.link.weather = chance.choice((Weather.FINE, Weather.FINE, Weather.ROUGH))
        world.start(machine)
    return world

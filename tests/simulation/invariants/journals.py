"""Invariants 1, 4 and 5: what was acknowledged is there, acknowledgements are true, chains verify."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from tests.simulation.book import is_signed, read_event
from tests.simulation.registry import When, invariant
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

KEPT_MS = 92 * DAY_MS
SLACK_MS = DAY_MS // 24
"""What a step may take between a till's idle moment and the checker's look at it."""
JOURNAL_PATH = "/sync/v1/journal"
OK = 200


@invariant(1, "an acknowledged sale is in journal or central", at=When.STEP)
def kept(world: World) -> Iterator[str]:
    """Whatever a running till has told somebody stands in its journal."""
    for machine in world.machines:
        if machine.process is None or machine.faults & {"old image", "lying disk"}:
            continue
        book = world.books[machine.name]
        if book.acks_seen == len(world.acknowledged) or machine.name in world.unread:
            continue
        for event, said in world.acknowledged.items():
            if said.machine == machine.name and event not in book.by_id and event not in world.lost:
                yield f"{machine.name} said “{said.sentence}” ({said.verdict}), and has no such event {event}"
        book.acks_seen = len(world.acknowledged)


@invariant(1, "an acknowledged sale is in central exactly once", at=When.REST)
def arrived(world: World) -> Iterator[str]:
    """At rest every event of every journal is in central, once, with the same bytes."""
    rows = world.host.rows("SELECT event, body, hash FROM events WHERE network_id = $1", world.office.network)
    hashes: dict[bytes, int] = {}
    for row in rows:
        digest = read_event(row["body"], b"").hash
        hashes[digest] = hashes.get(digest, 0) + 1
        if digest != row["hash"]:
            yield f"central files event {row['event']} under a hash that its bytes do not have"
    for digest, count in hashes.items():
        if count > 1:
            yield f"central holds one event {count} times ({digest.hex()[:16]})"
    for machine in world.machines:
        if machine.gone or machine.faults & {"old image", "clone", "lying disk"}:
            continue
        for written in world.books[machine.name].events.values():
            if written.hash not in hashes and written.event not in world.lost:
                yield f"{machine.name}'s event {written.incarnation}/{written.seq} ({written.kind}) never arrived"


@invariant(1, "what people were told is somewhere", at=When.REST)
def told(world: World) -> Iterator[str]:
    """At rest every acknowledgement stands at central, or in the journal of a till that may keep it."""
    there = {
        row["event"]
        for row in world.host.rows("SELECT event FROM events WHERE network_id = $1", world.office.network)
    }
    for event, said in world.acknowledged.items():
        machine = next(each for each in world.machines if each.name == said.machine)
        held = event in world.books[said.machine].by_id and bool(machine.faults)
        # What a disk that lied has lost in the very step that wrote it nobody has read before.
        held |= "lying disk" in machine.faults
        if event not in there and event not in world.lost and not held:
            yield f"{said.machine} said “{said.sentence}” ({said.verdict}), and nobody has event {event}"


@invariant(4, "acknowledgements are contiguous and never ahead of durability", at=When.STEP)
def acknowledged(world: World) -> Iterator[str]:
    """Every acknowledgement that a till could see names only what another connection can read by now."""
    for machine in world.machines:
        for heard in machine.link.heard:
            if not heard.path.startswith(JOURNAL_PATH) or heard.answer is None or heard.answer.status != OK:
                continue
            batch, ack = msgspec.msgpack.decode(heard.body), msgspec.msgpack.decode(heard.answer.body)
            held = world.host.rows(
                """SELECT count(DISTINCT seq) AS seqs FROM events
                WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND seq BETWEEN 1 AND $4""",
                world.office.network,
                machine.till_id,
                batch["incarnation"],
                ack["applied"],
            )[0]["seqs"]
            if (
                held + _accepted_gaps(world, machine.till_id, batch["incarnation"], ack["applied"])
                != ack["applied"]
            ):
                yield f"central acknowledged {ack['applied']} events of {machine.name} and holds {held}"
        machine.link.heard.clear()


@invariant(4, "what a till takes for settled is in central", at=When.STEP)
def settled(world: World) -> Iterator[str]:
    """A till's own mark is never ahead of central."""
    marks = []
    for machine in world.machines:
        changed = world.books[machine.name].changed
        if machine.process is None or machine.faults & {"lying disk"}:
            continue
        # A till that does not know yet that central was put back believes more than central holds.
        waited = machine.name in world.awaited
        if world.hears_of_epoch(machine) and (changed or waited):
            marks += [
                (machine, incarnation, applied)
                for incarnation, applied in machine.process.till.journal._connection.execute(
                    "SELECT incarnation, applied FROM incarnations"
                ).fetchall()
                if world.marks.get((machine.name, incarnation)) != applied
            ]
    for machine, incarnation, applied in marks:
        world.marks[machine.name, incarnation] = applied
        (row,) = world.host.rows(
            """SELECT count(DISTINCT seq) AS held FROM events
            WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND seq <= $4""",
            world.office.network,
            machine.till_id,
            incarnation,
            applied,
        )
        if row["held"] + _accepted_gaps(world, machine.till_id, incarnation, applied) != applied:
            yield f"{machine.name} takes {applied} events for settled, central holds {row['held']}"


@invariant(4, "a till lets go only of what is in a backup", at=When.STEP)
def let_go(world: World) -> Iterator[str]:
    """What is not in its journal any more is in a copy of central that is stored away, whatever becomes of central."""
    for machine in world.machines:
        if machine.process is None or not world.stored:
            continue
        for incarnation, seq in world.books[machine.name].anchors.items():
            safe = max(
                (up_to for life, up_to in world.stored if life == (machine.till_id, incarnation)), default=0
            )
            if seq > safe:
                yield f"{machine.name} has let go of {seq} events of life {incarnation}, {safe} are in a backup"


@invariant(1, "a till keeps a quarter of a year of its own", at=When.STEP)
def kept_long(world: World) -> Iterator[str]:
    """For reprints, voids and refunds; an instant that was still to come was one bad hour of a clock."""
    for machine in world.machines:
        if machine.process is None or not world.stored:
            continue
        book = world.books[machine.name]
        life = max((incarnation for incarnation, _ in book.events), default=0)
        seq, before = book.anchors.get(life, 0), world.let_go.get((machine.name, life), 0)
        if seq <= before:
            continue
        world.let_go[machine.name, life] = seq
        now_ms = machine.process.till.time.now().at_ms
        for each in range(before + 1, seq + 1):
            written = book.events.get((life, each))
            at_ms = 0 if written is None else written.fields["trusted_ms"]
            if now_ms - KEPT_MS + SLACK_MS < at_ms <= now_ms - SLACK_MS:
                yield f"{machine.name} has let event {life}/{each} go, which is {(now_ms - at_ms) // DAY_MS} days old"


@invariant(4, "what central calls safe is in a backup", at=When.STEP)
def safe(world: World) -> Iterator[str]:
    """Tills let go of what is safe: no backup that is stored away may lack any of it."""
    if not world.stored:
        return
    for row in world.host.rows(
        "SELECT till_id, incarnation, safe_seq FROM incarnations WHERE network_id = $1 AND safe_seq > 0",
        world.office.network,
    ):
        life = row["till_id"], row["incarnation"]
        stored = max((up_to for of, up_to in world.stored if of == life), default=0)
        if row["safe_seq"] > stored:
            yield f"central calls {row['safe_seq']} events of till {life[0]} safe, {stored} are in a backup"


@invariant(5, "chains verify", at=When.STEP)
def chained(world: World) -> Iterator[str]:
    """By its bytes every journal is one chain, each event signed by its till."""
    for machine in world.machines:
        for problem in world.books[machine.name].problems:
            yield f"{machine.name}: {problem}"


@invariant(5, "a till's own check finds its journal whole", at=When.REST)
def verified(world: World) -> Iterator[str]:
    """As ``verify`` tells the office's people: every link and signature, and every lease's units, also of what is let go."""
    for machine in world.machines:
        if machine.process is None or machine.faults or sum(machine.disk.struck.values()):
            continue
        found = machine.process.till.journal.verify()
        if not found.ok:
            yield f"{machine.name} finds its own journal not whole: {found.problem}"


@invariant(5, "chains verify at central, and forks are found", at=When.REST)
def chained_at_central(world: World) -> Iterator[str]:
    """Central's main line of each life is contiguous, chained and signed; every second line has its case."""
    rows = world.host.rows(
        """SELECT e.till_id, e.incarnation, e.branch, e.seq, e.body, e.signature, i.public_key, i.applied_seq
        FROM events e JOIN incarnations i USING (network_id, till_id, incarnation)
        WHERE e.network_id = $1 ORDER BY e.till_id, e.incarnation, e.branch, e.seq""",
        world.office.network,
    )
    gaps = _gaps(world)
    last: dict[tuple[int, int], tuple[int, bytes]] = {}
    marks: dict[tuple[int, int], int] = {}
    known: set[bytes] = {bytes(32)} | {digest for _, digest in gaps.values()}
    branches: set[tuple[int, int, int]] = set()
    for row in rows:
        written = read_event(row["body"], row["signature"])
        known.add(written.hash)
        life = (row["till_id"], row["incarnation"])
        where = f"till {life[0]}, life {life[1]}, branch {row['branch']}, event {row['seq']}"
        marks[life] = row["applied_seq"]
        if not is_signed(row["public_key"], written.hash, row["signature"]):
            yield f"{where} is not signed by its till"
        if row["branch"]:
            branches.add((*life, row["branch"]))
            if written.previous not in known:
                yield f"{where} follows nothing"
            continue
        before, digest = last.get(life, (0, bytes(32)))
        behind = _behind_gap(gaps, life, before)
        if behind is not None and row["seq"] == behind[0] + 1:
            before, digest = behind
        if row["seq"] != before + 1 or written.previous != digest:
            yield f"{where} does not follow the event before it"
        last[life] = (row["seq"], written.hash)
    for life, mark in marks.items():
        end = last.get(life, (0, b""))
        if (_behind_gap(gaps, life, end[0]) or end)[0] != mark:
            yield f"central's mark of till {life[0]} stands at {mark}, its line ends at {last.get(life)}"
    (cases,) = world.host.rows(
        "SELECT count(*) AS forks FROM cases WHERE network_id = $1 AND kind = 'fork'", world.office.network
    )
    if cases["forks"] < len(branches):
        yield f"{len(branches)} forks are held and {cases['forks']} were told to anybody"


@invariant(5, "a branch begins where a line has two successors", at=When.REST)
def real_forks(world: World) -> Iterator[str]:
    """Whatever goes on behind the end of a line stands on its branch: one copy of a till is one fork."""
    gaps = {gap[:2] for gap in _gaps(world)}
    followed: Counter[tuple[tuple[int, int], bytes]] = Counter()
    first: dict[tuple[tuple[int, int], int], tuple[int, bytes]] = {}
    for row in world.host.rows(
        "SELECT till_id, incarnation, branch, seq, body FROM events WHERE network_id = $1 ORDER BY seq",
        world.office.network,
    ):
        life = row["till_id"], row["incarnation"]
        written = read_event(row["body"], b"")
        followed[life, written.previous] += 1
        first.setdefault((life, row["branch"]), (row["seq"], written.previous))
    for (life, branch), (seq, previous) in first.items():
        if branch and followed[life, previous] < 2 and life not in gaps:
            yield f"event {seq} of till {life[0]}, life {life[1]}, begins branch {branch} and forks from nothing"


@invariant(5, "every event lies at central where it says that it belongs", at=When.REST)
def in_place(world: World) -> Iterator[str]:
    """Network, till, life and number stand in the signed bytes: nobody hands in somebody else's journal."""
    for row in world.host.rows(
        "SELECT network_id, till_id, incarnation, seq, body, kind FROM events WHERE network_id = $1",
        world.office.network,
    ):
        fields = read_event(row["body"], b"").fields
        told = [fields[name] for name in ("network", "till", "incarnation", "seq")]
        if told != [row["network_id"], row["till_id"], row["incarnation"], row["seq"]]:
            yield f"central files as {row['till_id']}/{row['incarnation']}/{row['seq']} an event of {told}"


def _gaps(world: World) -> dict[tuple[int, int, int], tuple[int, bytes]]:
    """Return what is lost for good, as a person has accepted: by till, life and first seq, its last seq and hash."""
    return {
        (row["till_id"], row["incarnation"], row["first_seq"]): (row["last_seq"], row["last_hash"])
        for row in world.host.rows(
            "SELECT * FROM journal_gaps WHERE network_id = $1 AND accepted_at IS NOT NULL",
            world.office.network,
        )
    }


def _behind_gap(
    gaps: dict[tuple[int, int, int], tuple[int, bytes]], life: tuple[int, int], before: int
) -> tuple[int, bytes] | None:
    """Return the end of the gap that begins behind an event, or into which a line reaches: a part may have come up after all."""
    for (till, incarnation, first), gap in gaps.items():
        if (till, incarnation) == life and first <= before + 1 <= gap[0]:
            return gap
    return None


def _accepted_gaps(world: World, till: int, incarnation: int, up_to: int) -> int:
    """Return how many events up to a place central lacks because a person has accepted that they are lost."""
    if not world.tally["gaps accepted"]:
        return 0
    (row,) = world.host.rows(
        """SELECT COALESCE(sum(LEAST(g.last_seq, $4) - g.first_seq + 1 - (
            SELECT count(DISTINCT e.seq) FROM events e WHERE e.network_id = $1 AND e.till_id = $2
                AND e.incarnation = $3 AND e.seq BETWEEN g.first_seq AND LEAST(g.last_seq, $4))), 0)::bigint AS lacking
        FROM journal_gaps g WHERE g.network_id = $1 AND g.till_id = $2 AND g.incarnation = $3
            AND g.accepted_at IS NOT NULL AND g.first_seq <= $4""",
        world.office.network,
        till,
        incarnation,
        up_to,
    )
    return int(row["lacking"])

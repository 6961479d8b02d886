"""Invariants 2 and 3, of leases of every kind: who holds how much, how much risk is taken, what comes back and why."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from sync.central.services.lease_demand import MAX_UNITS_AHEAD
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

CONTACT_PATH = "/sync/v1/contact"
OK = 200

_RISK = """
    SELECT p.id, (p.rules ->> 'risk_allowance')::bigint AS allowance, r.spent, r.outstanding, (
        SELECT COALESCE(sum(u.exposure), 0) FROM codes c JOIN limits u
            ON u.network_id = $1 AND u.kind = 'uses' AND u.subject = c.id AND u.guest = 0
        WHERE c.network_id = $1 AND c.campaign_id = p.id
    ) AS exposed
    FROM campaigns p JOIN limits r ON r.network_id = $1 AND r.kind = 'risk' AND r.subject = p.id
    WHERE p.network_id = $1
"""
_LISTED_LATE = """
    SELECT (detail ->> 'subject')::bigint AS subject, (detail ->> 'units')::bigint AS units FROM cases
    WHERE network_id = $1 AND kind = 'granted_twice' AND detail ->> 'limit' = 'uses'
"""
"""Central that was put back heard of a use at risk first, which found a unit in the pool, and then of who had that unit."""
_HELD = """
    SELECT l.subject, l.till_id, sum(l.units - l.settled) AS held, (p.rules ->> 'risk_per_till')::bigint AS most
    FROM leases l JOIN campaigns p ON p.network_id = $1 AND p.id = l.subject
    WHERE l.network_id = $1 AND l.state = 'open' AND l.kind = 'risk'
    GROUP BY l.subject, l.till_id, l.incarnation, p.rules
"""
_LARGE = """
    SELECT l.kind, l.subject, l.till_id, sum(l.units - l.settled - COALESCE(r.back, 0))::bigint AS units
    FROM leases l LEFT JOIN (
        SELECT lease, sum(units) AS back FROM restores WHERE network_id = $1 GROUP BY lease
    ) r ON r.lease = l.id
    WHERE l.network_id = $1 AND l.operation IS NULL AND l.state = 'open' AND l.kind IN ('uses', 'guest_uses')
    GROUP BY l.kind, l.subject, l.guest, l.till_id, l.incarnation
    HAVING sum(l.units - l.settled - COALESCE(r.back, 0)) > $2
"""
"""What voids have put back into a lease is left out: more may have been given meanwhile."""


def _asked_since(world: World, what: str) -> bool:
    """Whether central was asked anything since this was looked at last."""
    before, now = world.compared.get(what), str(world.host.requests)
    world.compared[what] = now
    return before != now


@invariant(2, "what is used beyond a campaign's limits was taken from its risk allowance", at=When.STEP)
def within_risk(world: World) -> Iterator[str]:
    """Each use beyond a limit cost a unit of risk, and there are no more of these than the office accepted."""
    # Central that was put back hears of old leases that are open and of new ones before it hears what was closed.
    if not world.tally["central put back"] and _asked_since(world, "risk"):
        yield from _beyond_risk(world)


@invariant(2, "at rest nothing is used beyond limits but what was taken at risk", at=When.REST)
def within_risk_at_rest(world: World) -> Iterator[str]:
    """The same, whatever has become of central meanwhile."""
    yield from _beyond_risk(world)


def _beyond_risk(world: World) -> Iterator[str]:
    touched = world.limits_of_excused()
    codes = {code.id: code.campaign.id for code in world.office.codes}
    spoilt = {subject for kind, subject, _ in touched if kind in ("risk", "guest_uses")}
    spoilt |= {codes.get(subject, 0) for kind, subject, _ in touched if kind == "uses"}
    # What was out when the office made a limit smaller is exposure that it took upon itself, and no till's risk.
    spoilt |= {codes.get(subject, 0) if kind == "uses" else subject for kind, subject in world.lowered}
    listed_late: Counter[int] = Counter()
    for row in world.host.rows(_LISTED_LATE, world.office.network):
        listed_late[codes.get(row["subject"], 0)] += row["units"]
    for row in world.host.rows(_RISK, world.office.network):
        if row["id"] in spoilt:
            continue
        if row["exposed"] - listed_late[row["id"]] > row["spent"]:
            yield f"campaign {row['id']} is exposed by {row['exposed']}, its tills took {row['spent']} at risk"
        if row["spent"] + row["outstanding"] > row["allowance"]:
            yield f"campaign {row['id']} gave out {row['spent']} + {row['outstanding']} of {row['allowance']} at risk"


@invariant(3, "no till holds more ahead than it should", at=When.STEP)
def not_hoarding(world: World) -> Iterator[str]:
    """What is asked for on the spot is a sale's; beyond it a till holds little, so that others find something."""
    # After central was put back a till lists its leases before it tells what it has spent of them.
    if not world.tally["central put back"] and _asked_since(world, "ahead"):
        yield from _beyond_share(world)


@invariant(3, "at rest no till holds more ahead than it should", at=When.REST)
def not_hoarding_at_rest(world: World) -> Iterator[str]:
    """The same, whatever has become of central meanwhile.

    Central that was put back may know less of a till that is lost than it knew once, and can ask nobody; of a
    till that was copied one machine may have listed what it holds while another holds more. Of events that a
    person took for lost nobody knows whether they closed anything.
    """
    yield from _beyond_share(
        world,
        silent={machine.till_id for machine in world.machines if machine.faults & {"lost", "clone", "gap"}}
        if world.tally["central put back"]
        else frozenset(),
    )


def _beyond_share(world: World, silent: Collection[int] = frozenset()) -> Iterator[str]:
    for row in world.host.rows(_HELD, world.office.network):
        if row["held"] > row["most"] and row["till_id"] not in silent:
            yield f"till {row['till_id']} holds {row['held']} units of risk {row['subject']}, {row['most']} at most"
    for row in world.host.rows(_LARGE, world.office.network, MAX_UNITS_AHEAD):
        if row["till_id"] not in silent:
            yield f"till {row['till_id']} holds {row['units']} units of {row['kind']} {row['subject']} ahead"


@invariant(3, "nothing but the till's own journal closes a lease", at=When.REST)
def closed_by_journal(world: World) -> Iterator[str]:
    """Neither a clock nor a decision returns units to the pool as if they had never been out."""
    told = {written.payload.get("lease") for written in world.at_central() if written.kind == "lease.closed"}
    for row in world.host.rows(
        "SELECT id, till_id FROM leases WHERE network_id = $1 AND state = 'closed'", world.office.network
    ):
        if str(row["id"]) not in told:
            yield f"lease {row['id']} of till {row['till_id']} is closed, and its journal never said so"


@invariant(3, "who hands a journal over gives every lease back", at=When.REST)
def handed_back(world: World) -> Iterator[str]:
    """What a machine that was retired held is in the pool again as soon as its last event is at the office."""
    open_leases = {
        row["id"]
        for row in world.host.rows(
            "SELECT id FROM leases WHERE network_id = $1 AND state = 'open' AND settled < units",
            world.office.network,
        )
    }
    arrived = {(written.fields["till"], written.incarnation, written.seq) for written in world.at_central()}
    for machine in world.machines:
        last = world.over.get(machine.name)
        handed_over = "retired" in machine.faults and not machine.faults - {"retired", "fenced"}
        if last is None or not handed_over or (machine.till_id, *last) not in arrived:
            continue
        for lease, grant in world.books[machine.name].granted.items():
            if lease in open_leases and grant["incarnation"] == last[0]:
                yield f"{machine.name} was retired, and lease {lease} is still out"


@invariant(3, "a want that is asked again is not granted again", at=When.STEP)
def wanted_once(world: World) -> Iterator[str]:
    """Of what one and the same request wants, all answers to it together give no more than it wants."""
    for machine in world.machines:
        wants: dict[bytes, tuple[int, list[list[Any]]]] = {}
        given: dict[bytes, dict[str, dict[str, Any]]] = {}
        for heard in machine.link.heard:
            if not heard.path.startswith(CONTACT_PATH) or heard.answer is None or heard.answer.status != OK:
                continue
            if heard.body not in wants:
                wants[heard.body] = (heard.at_ms, msgspec.msgpack.decode(heard.body).get("wants", []))
            for signed in msgspec.msgpack.decode(heard.answer.body)["leases"]:
                grant = msgspec.json.decode(signed[0])
                if grant["granted_ms"] >= wants[heard.body][0] and grant.get("operation") is None:
                    given.setdefault(heard.body, {})[grant["lease"]] = grant
        for body, grants in given.items():
            for kind, subject, guest, units in wants[body][1]:
                got = sum(
                    grant["units"]
                    for grant in grants.values()
                    if (grant["kind"], grant["subject"], grant.get("guest", 0)) == (kind, subject, guest)
                )
                if got > units:
                    yield f"{machine.name} wants {units} of {kind} {subject} and is given {got} in several answers"


@invariant(3, "what a till may not have heard of counts when it wants more", at=When.STEP)
def wanted_in_all(world: World) -> Iterator[str]:
    """Where an answer gives something, it gives no more than what is wanted less what an earlier one has given."""
    for machine in world.machines:
        for heard in machine.link.heard:
            if not heard.path.startswith(CONTACT_PATH) or heard.answer is None or heard.answer.status != OK:
                continue
            contact = msgspec.msgpack.decode(heard.body)
            wants = {tuple(want[:3]): want[3] for want in contact.get("wants", [])}
            if not wants:
                continue
            known = set(contact.get("open_leases", []))
            answer = msgspec.msgpack.decode(heard.answer.body)
            told = [msgspec.json.decode(body) for body, _ in answer["leases"]]
            unheard = [each for each in told if each["lease"] not in known]
            yield from _more_than_wanted(world, machine.name, wants, unheard, now_ms=answer["server_ms"])


def _more_than_wanted(
    world: World,
    name: str,
    wants: dict[tuple[Any, ...], int],
    unheard: list[dict[str, Any]],
    *,
    now_ms: int,
) -> Iterator[str]:
    settled = {
        str(row["id"]): row["settled"]
        for row in world.host.rows(
            "SELECT id, settled FROM leases WHERE network_id = $1", world.office.network
        )
    }
    for limit, units in wants.items():
        its = [
            each
            for each in unheard
            if (each["kind"], each["subject"], each.get("guest", 0)) == limit
            and each.get("operation") is None
        ]
        # Where this answer gives nothing, what an earlier one gave may be more than is wanted by now.
        if not any(each["granted_ms"] == now_ms for each in its):
            continue
        given = sum(each["units"] - settled.get(each["lease"], 0) for each in its)
        if given > units:
            yield f"{name} wants {units} of {limit} and has been given {given} that it has not heard of"

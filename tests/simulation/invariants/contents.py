"""Invariant 6, the content: what lies in a replica under a version is what that version says, and can be found.

The other half compares versions; a row that keeps its old content under a new version passes there.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from sync.protocol.code_columns import code_of
from sync.rules.code import Code
from tests.simulation.machine import Machine
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_TABLES = {"campaign": "campaigns", "card": "cards", "staff": "staff", "guest": "guests"}
_OUTDATED = ("points", "as_of_ms", "purchases", "tier")
"""What a guest's row says of its own moment only: the office's word counts for these whenever it is asked."""
_FEED = """SELECT DISTINCT ON (tab, subject) tab, subject, version, row FROM outbox
    WHERE network_id = $1 AND number IS NOT NULL ORDER BY tab, subject, version DESC"""
_CODE_FIELDS = (
    "campaign_id",
    "kind",
    "status",
    "max_uses",
    "group_id",
    "holder_guest_id",
    "home_restaurant_id",
)


@invariant(6, "what a replica holds is what the feed had brought under that version", at=When.REST)
def as_brought(world: World) -> Iterator[str]:
    """Row by row, as far as the feed still has them; a code also by the digests that it is found by."""
    newest = world.host.rows(_FEED, world.office.network)
    (feed,) = world.host.rows("SELECT feed_epoch FROM networks WHERE id = $1", world.office.network)
    for machine in world.machines:
        if machine.process is None or not (status := machine.process.till.cache.status()).ready:
            continue
        if status.epoch != str(feed["feed_epoch"]):
            # A feed that has begun anew gives its versions again; a fenced machine hears of none of them.
            continue
        connection = machine.process.till.cache._connection
        held = {
            tab: {row[0]: row[1:] for row in connection.execute(f"SELECT id, version, row FROM {table}")}
            for tab, table in _TABLES.items()
        }
        for change in newest:
            subject, version = change["subject"], change["version"]
            if change["tab"] == "code":
                yield from _code_as_brought(machine, subject, version, change["row"])
            elif (there := held.get(change["tab"], {}).get(subject, (None, None)))[0] == version:
                brought, kept = _told(change["row"]), _told(there[1])
                if brought != kept:
                    yield f"{machine.name} has {change['tab']} {subject}/{version} as {kept}, it came as {brought}"


@invariant(6, "what a till knows of a code and a campaign is what the office's tables say", at=When.REST)
def as_at_central(world: World) -> Iterator[str]:
    """Past the feed: what was changed and never published, and what was published otherwise than it was changed."""
    network = world.office.network
    codes = world.host.rows(
        f"SELECT id, {', '.join(_CODE_FIELDS)}, expires_at, uses FROM codes WHERE network_id = $1", network
    )
    campaigns = world.host.rows(
        "SELECT id, kind, name, status, rules FROM campaigns WHERE network_id = $1", network
    )
    for machine in world.machines:
        if machine.process is None or machine.faults or machine.link.speaks != world.central_speaks:
            continue
        cache = machine.process.till.cache
        for row in codes:
            found = cache.code(row["id"])
            if found is None:
                yield f"{machine.name} does not know code {row['id']}"
                continue
            expires = row["expires_at"]
            kept = [getattr(found.code, name) for name in _CODE_FIELDS] + [found.code.expires_at_ms]
            real = [row[name] for name in _CODE_FIELDS]
            real.append(None if expires is None else round(expires.timestamp() * 1000))
            if kept != real:
                yield f"{machine.name} has code {row['id']} as {kept}, central as {real}"
            used_up = [most is not None and uses >= most for most, uses in _counts(found.code, row)]
            if used_up[0] != used_up[1]:
                yield f"{machine.name} takes code {row['id']} for {'' if used_up[0] else 'not '}used up, central does not"
        for row in campaigns:
            campaign = cache.campaign(row["id"])
            rules = {**row["rules"], "kind": row["kind"], "name": row["name"], "status": row["status"]}
            told = {} if campaign is None else msgspec.json.decode(msgspec.json.encode(campaign))
            differ = [
                name for name in rules if name not in ("id", "used_up_on") and told.get(name) != rules[name]
            ]
            if differ:
                yield f"{machine.name} has campaign {row['id']} otherwise than central in {differ}"


def _counts(kept: Code, real: Any) -> tuple[tuple[int | None, int], ...]:
    """Return how often a code may be used and was: as a till has it, and as central does."""
    return (kept.max_uses, kept.uses), (real["max_uses"], real["uses"])


def _code_as_brought(machine: Machine, code_id: int, version: int, row: bytes | None) -> Iterator[str]:
    process = machine.process
    if process is None:
        return
    connection = process.till.cache._connection
    there = connection.execute(
        "SELECT codes.version, code_shapes.shape, codes.own FROM codes"
        " LEFT JOIN code_shapes ON code_shapes.id = codes.shape WHERE codes.id = ?",
        (code_id,),
    ).fetchone()
    if there is None or there[0] != version:
        return
    if row is None or there[1] is None:
        if (row is None) != (there[1] is None):
            yield f"{machine.name} and the feed do not agree whether code {code_id}/{version} was deleted"
        return
    brought = msgspec.msgpack.decode(row)
    kept = msgspec.to_builtins(code_of(code_id, there[1], there[2]))
    differ = [
        name
        for name, value in brought["code"].items()
        if name != "uses" and not name.startswith("first_used") and kept.get(name) != value
    ]
    if differ:
        yield f"{machine.name} has code {code_id}/{version} otherwise than it came in {differ}"
    for digest in brought["digests"]:
        if (
            connection.execute(
                "SELECT 1 FROM code_digests WHERE digest = ? AND id = ?", (digest, code_id)
            ).fetchone()
            is None
        ):
            yield f"{machine.name} does not find code {code_id}/{version} by its text"


def _told(row: bytes | None) -> Any:
    if row is None:
        return None
    told = msgspec.msgpack.decode(row)
    if "guest" in told:
        told["guest"] = {name: value for name, value in told["guest"].items() if name not in _OUTDATED}
    return told


@invariant(6, "what the office has switched off stays off", at=When.REST)
def stays_off(world: World) -> Iterator[str]:
    """Whatever is voided of its uses meanwhile: only a limit's own end is undone by that."""
    for row in world.host.rows(
        "SELECT id FROM codes WHERE network_id = $1 AND status = 'active' AND id = ANY ($2::bigint[])",
        world.office.network,
        list(world.off),
    ):
        yield f"code {row['id']} is active again, and nobody has switched it on"

"""Who was erased is nowhere readable, and does not come back with what tills had recorded before."""

from collections.abc import Iterator
from uuid import UUID

from sync.protocol.guest_data import guest_id_of
from tests.simulation.book import Written
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_READABLE = """
    SELECT g.id, array_remove(ARRAY[
        CASE WHEN g.data_key IS NOT NULL THEN 'key' END,
        CASE WHEN g.name_cipher <> '' THEN 'name' END,
        CASE WHEN num_nonnulls(g.phone_cipher, g.phone_digest) > 0 OR g.phone_last4 <> '' THEN 'phone' END,
        CASE WHEN num_nonnulls(g.email_cipher, g.email_digest, g.children_cipher, g.consent) > 0 THEN 'more' END,
        CASE WHEN EXISTS (SELECT FROM guest_keys k
            WHERE k.network_id = $1 AND k.event = g.registered_by) THEN 'what they said at a till' END,
        CASE WHEN EXISTS (SELECT FROM outbox o WHERE o.network_id = $1 AND o.tab = 'guest'
            AND o.subject = g.id AND o.row IS NOT NULL) THEN 'a row of the feed' END,
        CASE WHEN EXISTS (SELECT FROM cards c
            WHERE c.network_id = $1 AND c.guest_id = g.id AND c.active) THEN 'an active card' END
    ], NULL) AS left
    FROM guests g WHERE g.network_id = $1 AND g.erased_at IS NOT NULL
"""
_NUMBERS = """
    WITH RECURSIVE erased (id) AS (
        SELECT id FROM guests WHERE network_id = $1 AND erased_at IS NOT NULL
        UNION SELECT g.id FROM guests g JOIN erased e ON g.network_id = $1 AND g.merged_into = e.id
    ) SELECT g.id FROM guests g JOIN erased USING (id) WHERE g.network_id = $1 AND g.erased_at IS NULL
"""


@invariant(6, "of who was erased nothing is readable", at=When.REST)
def unreadable(world: World) -> Iterator[str]:
    """Neither in the books nor on the way to the tills; under whatever number they were kept."""
    network = world.office.network
    for row in world.host.rows(_READABLE, network):
        if row["left"]:
            yield f"guest {row['id']} is erased, and there is still {', '.join(row['left'])}"
    for row in world.host.rows(_NUMBERS, network):
        yield f"guest {row['id']} is a number of somebody who is erased, and is not"


@invariant(6, "what was recorded before an erasure makes nobody anew", at=When.REST)
def stays_erased(world: World) -> Iterator[str]:
    """By true time, whatever a till's clock had said: before its phone's owner was erased, a registration is theirs."""
    network = world.office.network
    true_ms = {
        each.event: each.true_ms for each in world.acknowledged.values() if each.verdict == "registered"
    }
    held = {written.event: written for written in world.at_central() if written.kind == "guest.registered"}
    for row in world.host.rows(
        """SELECT id, phone_digest, registered_by FROM guests
        WHERE network_id = $1 AND erased_at IS NULL AND phone_digest IS NOT NULL AND registered_by IS NOT NULL""",
        network,
    ):
        written = held.get(row["registered_by"])
        for erased in world.erased_phones.get(row["phone_digest"], ()):
            gone = world.host.rows(
                "SELECT erased_at FROM guests WHERE network_id = $1 AND id = $2 AND erased_at IS NOT NULL",
                network,
                erased,
            )
            at_ms = round(gone[0]["erased_at"].timestamp() * 1000) if gone else 0
            if written is not None and true_ms.get(written.event, written.fields["trusted_ms"]) < at_ms:
                yield f"guest {row['id']} registered before guest {erased} of that phone was erased, and lives"


@invariant(1, "who registers after an erasure is somebody new", at=When.REST)
def new_again(world: World) -> Iterator[str]:
    """No registration that was certainly later is lost because an earlier guest of that phone wanted to be forgotten."""
    held = {written.event: written for written in world.at_central() if written.kind == "guest.registered"}
    for row in world.host.rows(
        """SELECT g.id, g.registered_by, k.id AS erased, k.erased_at FROM guests g
        JOIN guests k ON k.network_id = $1 AND k.id = g.merged_into
        WHERE g.network_id = $1 AND k.erased_at IS NOT NULL AND g.erased_at > k.erased_at""",
        world.office.network,
    ):
        written = held.get(row["registered_by"])
        at_ms = round(row["erased_at"].timestamp() * 1000)
        if written is not None and _earliest_ms(written) > at_ms:
            yield f"guest {row['id']} registered after guest {row['erased']} was erased, and is taken for them"


@invariant(6, "no till can read what somebody said who is erased", at=When.REST)
def forgotten(world: World) -> Iterator[str]:
    """However a till heard of it: by the feed, or by a whole replica that tells of nobody who is gone."""
    erased = {
        row["id"]
        for row in world.host.rows(
            "SELECT id FROM guests WHERE network_id = $1 AND erased_at IS NOT NULL", world.office.network
        )
    }
    for machine in world.machines:
        if machine.process is None or machine.faults & {
            "revoked",
            "fenced",
            "clone",
            "old image",
            "lying disk",
        }:
            continue
        if machine.link.speaks != world.central_speaks:
            continue
        for (name,) in machine.process.till.journal._connection.execute(
            "SELECT name FROM meta WHERE name GLOB 'guest.waiting:*' OR name GLOB 'guest.kept:*'"
        ).fetchall():
            guest = guest_id_of(UUID(hex=name.partition(":")[2]))
            if guest in erased:
                yield f"guest {guest} is erased, and {machine.name} keeps the key of what they said there"


def _earliest_ms(written: Written) -> int:
    """Return the earliest instant that a registration can have been at, by what its till knew for certain."""
    stated: int = written.fields["trusted_ms"] - written.fields["uncertainty_ms"]
    certain: int | None = written.payload.get("not_before_ms")
    return stated if certain is None else min(stated, certain)

"""Invariant 2 for guests with several numbers: whoever registered twice has a campaign's uses once."""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_FAMILIES = """
    WITH RECURSIVE family (id, root) AS (
        SELECT id, id FROM guests WHERE network_id = $1 AND merged_into IS NULL
        UNION SELECT g.id, f.root FROM guests g JOIN family f ON g.network_id = $1 AND g.merged_into = f.id
    ) SELECT l.subject, f.root, l.guest = f.root AS kept, l.total, l.total - l.pool + l.exposure AS used
    FROM limits l JOIN family f ON f.id = l.guest WHERE l.network_id = $1 AND l.kind = 'guest_uses'
"""


@invariant(2, "whoever registered twice may use a campaign no more often than others", at=When.REST)
def once(world: World) -> Iterator[str]:
    """All numbers of a guest together have what one guest has; or what the other numbers have used, if that is more."""
    most = {
        code.campaign.id: code.campaign.max_uses_per_guest
        for code in world.office.codes
        if code.campaign.max_uses_per_guest is not None
    }
    kept: Counter[tuple[int, int]] = Counter()
    others: Counter[tuple[int, int]] = Counter()
    used: Counter[tuple[int, int]] = Counter()
    for row in world.host.rows(_FAMILIES, world.office.network):
        (kept if row["kept"] else others)[row["subject"], row["root"]] += row["total"]
        used[row["subject"], row["root"]] += 0 if row["kept"] else row["used"]
    for campaign, guest in others:
        may = most.get(campaign)
        # By what they have used, and not only by what central has taken off for it; of a limit that was once smaller
        # nobody can say.
        if (
            may is not None
            and ("guest_uses", campaign) not in world.lowered
            and kept[campaign, guest] > max(0, may - used[campaign, guest])
        ):
            yield (
                f"guest {guest} may use campaign {campaign} {kept[campaign, guest]} times, other numbers of theirs "
                f"have used it or hold it {used[campaign, guest]} times, and {may} are allowed"
            )
        if may is not None and kept[campaign, guest] > max(0, may - others[campaign, guest]):
            yield (
                f"guest {guest} may use campaign {campaign} {kept[campaign, guest]} times, has used it "
                f"{others[campaign, guest]} times under other numbers, and {may} are allowed"
            )

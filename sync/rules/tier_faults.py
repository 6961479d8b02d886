"""A network's own tiers are refused at saving when they contradict themselves."""

from collections.abc import Sequence
from itertools import pairwise

from sync.rules.fault import Fault, fault
from sync.rules.money import FULL_BP
from sync.rules.tiers import Tier

MAX_TIERS = 20


def tier_faults(tiers: Sequence[Tier]) -> list[Fault]:
    """List what is wrong: names, shares, and steps that do not rise together."""
    if not 1 <= len(tiers) <= MAX_TIERS:
        return [fault("tiers", "needs {least} to {most} entries", least=1, most=MAX_TIERS)]
    faults: list[Fault] = []
    names = [tier.name for tier in tiers]
    if len(set(names)) != len(names) or not all(name.strip() for name in names):
        faults.append(fault("name", "must be given, and differ from tier to tier"))
    if any(not 0 <= tier.percent_bp <= FULL_BP for tier in tiers):
        faults.append(fault("percent_bp", "must be from 0 to 10000 (100 %)"))
    ladder = sorted(tiers, key=lambda tier: tier.from_points)
    if ladder[0].from_points != 0:
        faults.append(fault("from_points", "of the lowest tier must be 0"))
    steps = list(pairwise(ladder))
    if any(lower.from_points == higher.from_points for lower, higher in steps):
        faults.append(fault("from_points", "must differ from tier to tier"))
    if any(higher.percent_bp < lower.percent_bp for lower, higher in steps):
        faults.append(fault("percent_bp", "may not fall from a tier to the next higher"))
    return faults

"""The rules: one verdict (median, p99), one bill of several codes, and a million new codes."""

import secrets
import time
from collections.abc import Callable
from statistics import median

from sync.rules.campaign import Stacking
from sync.rules.code import Kind
from sync.rules.code_form import UNAMBIGUOUS, CodeForm
from sync.rules.evaluate import evaluate
from sync.rules.generate import make_codes
from sync.rules.moment import Moment
from sync.rules.normalise import fold
from sync.rules.price import best_for_guest
from tests.bench.measurement import Measurement
from tests.bench.timing import percentile
from tests.builders.rules import (
    HERE,
    NOON,
    a_basket,
    a_campaign,
    a_code,
    a_guest,
    applied,
    fixed,
    hours,
    percent,
)

ROUNDS = 20_000
CODES = 1_000_000
NAIVE_CODES = 20_000


def run() -> list[Measurement]:
    """Measure all of it; a few seconds."""
    return [*_verdicts(), *_bills(), *_generation()]


def _verdicts() -> list[Measurement]:
    """One verdict with every kind of condition on it, all of them met."""
    campaign = a_campaign(
        percent(1_000, 5_000), zone="Europe/Berlin", starts_on="2025-01-01", ends_on="2027-01-01",
        active_hours=(hours("06:00", "09:00"), hours("11:00", "15:00", 3), hours("22:00", "02:00")),
        min_basket_minor=1_000, restaurants=(1, 2, 3), tills=(11, 12), tiers=("GOLD", "VIP"), max_uses_per_guest=3,
        stacking=Stacking.COMBINABLE,
    )  # fmt: skip
    code = a_code(campaign, max_uses=10, expires_at_ms=NOON * 2)
    guest, basket = a_guest(tier="GOLD"), a_basket(1_250, 399, 2_100)
    moment = Moment(at_ms=NOON, uncertainty_ms=250, zone="Europe/Berlin")
    if not evaluate(code, campaign, guest, basket, moment, HERE).accepted:
        msg = "the benchmark's code must be accepted"
        raise AssertionError(msg)
    spent_us = _microseconds(lambda: evaluate(code, campaign, guest, basket, moment, HERE), ROUNDS)
    return [
        Measurement(name="rules.evaluate.median", value=median(spent_us), unit="µs", goal="≤ 100 µs"),
        Measurement(name="rules.evaluate.p99", value=percentile(spent_us, 99), unit="µs", goal="≤ 300 µs"),
    ]


def _bills() -> list[Measurement]:
    """The best choice among four codes on a bill of three lines: twelve bills priced."""
    codes = [
        applied(1, percent(1_000)), applied(2, fixed(300)), applied(3, percent(500), stack_group="a"),
        applied(4, percent(700), stack_group="a"),
    ]  # fmt: skip
    guest, basket = a_guest(tier="GOLD"), a_basket(1_250, 399, 2_100)
    spent_us = _microseconds(lambda: best_for_guest(basket, codes, guest), ROUNDS // 20)
    return [
        Measurement(name="rules.best_of_four.median", value=median(spent_us), unit="µs", goal="≤ 2000 µs")
    ]


def _generation() -> list[Measurement]:
    """A million codes, compared with a million that exist; beside the usual one character at a time."""
    form = CodeForm(prefix="VIP-", check=True)
    existing = {fold(code) for code in make_codes(form, CODES, kind=Kind.VIP).codes}
    start = time.perf_counter()
    made = make_codes(form, CODES, kind=Kind.VIP, living=CODES, existing=existing.intersection)
    spent = time.perf_counter() - start
    distinct = len({fold(code) for code in made.codes} | existing)
    if distinct != 2 * CODES:
        msg = "a code was made twice"
        raise AssertionError(msg)
    start = time.perf_counter()
    for _ in range(NAIVE_CODES):
        "".join(secrets.choice(UNAMBIGUOUS) for _ in range(form.length))
    naive = (time.perf_counter() - start) * CODES / NAIVE_CODES
    return [
        Measurement(
            name="rules.generate_1m_codes",
            value=spent,
            unit="s",
            goal="≤ 30 s",
            reference=naive,
            ratio=spent / naive,
            note=f"{made.entropy_bits:.0f} bits each, with check character and comparison; reference: "
            "secrets.choice for each character, neither checked nor compared",
        )
    ]


def _microseconds(work: Callable[[], object], rounds: int) -> list[float]:
    for _ in range(rounds // 20):
        work()
    spent: list[float] = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        work()
        spent.append((time.perf_counter_ns() - start) / 1_000)
    return spent

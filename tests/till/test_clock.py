import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.till.clock import (
    BEHIND_TOLERANCE_MS,
    COLD_UNCERTAINTY_MS,
    DRIFT_PPM,
    FAR_AHEAD_MS,
    Marks,
    SystemClock,
    SystemRandomness,
    TrustedTime,
)

NOON = 1_800_000_000_000
HOUR = 3_600_000
DAY = 24 * HOUR
YEAR = 365 * DAY


@dataclass
class BootClock:
    """A machine: its wall clock can be set, its boot-time clock only runs, and it can be restarted."""

    wall: int = NOON
    boottime: int = 1_000
    boot: str = "a"

    def wall_ms(self) -> int:
        return self.wall

    def boottime_ms(self) -> int:
        return self.boottime

    def boot_id(self) -> str:
        return self.boot

    def run(self, ms: int) -> None:
        self.wall += ms
        self.boottime += ms

    def restart(self, wall: int) -> None:
        self.wall, self.boottime, self.boot = wall, 0, self.boot + "+"


def test_after_contact_the_wall_clock_no_longer_matters() -> None:
    clock = BootClock(wall=NOON + YEAR)
    time = TrustedTime(clock)
    time.anchor(NOON, 200)
    clock.run(HOUR)
    clock.wall = 0
    moment = time.now()
    assert moment.at_ms == NOON + 100 + HOUR
    assert moment.uncertainty_ms == 101 + HOUR * DRIFT_PPM // 1_000_000
    assert not moment.doubtful


def test_a_worse_answer_does_not_replace_a_better_one_until_drift_has_made_it_so() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 20)
    time.anchor(NOON - 400, 1_000)
    assert time.now().uncertainty_ms == 11
    clock.run(DAY)
    assert time.now().uncertainty_ms > 501
    time.anchor(NOON + DAY, 1_000)
    assert time.now().uncertainty_ms == 501


def test_central_that_contradicts_its_earlier_word_is_believed() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON + YEAR, 10)
    time.anchor(NOON, 1_000)
    assert time.now().at_ms == NOON + 500
    assert (time.marks().high_water_ms or 0) <= NOON + 500


def test_a_cold_start_has_the_wall_clock_with_its_stated_uncertainty() -> None:
    moment = TrustedTime(BootClock(), zone="Europe/Berlin").now()
    assert (moment.at_ms, moment.uncertainty_ms, moment.doubtful) == (NOON, COLD_UNCERTAINTY_MS, False)
    assert moment.zone == "Europe/Berlin"


def test_an_anchor_outlives_the_program_but_not_the_boot() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 10)
    clock.run(HOUR)
    kept = time.marks()
    assert TrustedTime(clock, kept).now() == time.now()
    clock.restart(NOON + 2 * HOUR)
    cold = TrustedTime(clock, kept)
    assert not cold.anchored()
    assert cold.now().at_ms == NOON + 2 * HOUR
    assert cold.now().uncertainty_ms == COLD_UNCERTAINTY_MS


def test_a_clock_behind_the_mark_is_doubted_and_time_never_reads_earlier_than_the_mark() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 0)
    kept = time.marks()
    assert kept.high_water_ms is not None
    clock.restart(NOON - YEAR)
    behind = TrustedTime(clock, kept).now()
    assert behind.doubtful
    assert behind.at_ms == kept.high_water_ms
    clock.restart(kept.high_water_ms - BEHIND_TOLERANCE_MS)
    assert not TrustedTime(clock, kept).now().doubtful


def test_a_clock_far_ahead_of_the_mark_is_doubted_until_contact() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 0)
    kept = time.marks()
    clock.restart(NOON + FAR_AHEAD_MS + HOUR)
    ahead = TrustedTime(clock, kept)
    assert ahead.now().doubtful
    ahead.anchor(NOON + DAY, 10)
    assert not ahead.now().doubtful
    assert ahead.now().at_ms == NOON + DAY + 5


def test_what_has_certainly_passed_is_the_mark_until_central_confirms_the_time() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    assert time.not_before_ms() is None
    time.anchor(NOON, 10)
    clock.run(HOUR)
    now, kept = time.now(), time.marks()
    assert time.not_before_ms() == now.at_ms - now.uncertainty_ms
    clock.restart(NOON + 30 * DAY)
    cold = TrustedTime(clock, kept)
    assert cold.now().at_ms == NOON + 30 * DAY
    assert cold.not_before_ms() == kept.high_water_ms


def test_one_boot_in_2099_poisons_nothing() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 0)
    kept = time.marks()
    clock.restart(NOON + 70 * YEAR)
    wrong = TrustedTime(clock, kept)
    assert wrong.now().doubtful
    after = wrong.marks()
    assert after == kept
    clock.restart(NOON + DAY)
    assert not TrustedTime(clock, after).now().doubtful


@given(
    server=st.integers(NOON - YEAR, NOON + YEAR),
    delay=st.integers(0, 60_000),
    share=st.integers(0, 100),
    runs=st.lists(st.integers(0, 40 * DAY), max_size=8),
    drift=st.integers(-DRIFT_PPM, DRIFT_PPM),
)
def test_the_true_instant_always_lies_within_the_stated_uncertainty(
    server: int, delay: int, share: int, runs: list[int], drift: int
) -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    # Central wrote its time somewhere within the round trip; the rest of it had passed on arrival.
    time.anchor(server, delay)
    truth = server + delay * share // 100
    for run in runs:
        truth += run
        clock.run(run + run * drift // 1_000_000)
        moment = time.now()
        # The uncertainty counts the till's own milliseconds; a drifting clock may count one fewer.
        assert abs(moment.at_ms - truth) <= moment.uncertainty_ms + len(runs) + run // 1_000_000
        assert not moment.doubtful


@given(st.lists(st.integers(0, DAY), max_size=10))
def test_the_mark_never_falls_by_itself(runs: list[int]) -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 50)
    high = 0
    for run in runs:
        clock.run(run)
        mark = time.marks().high_water_ms or 0
        assert mark >= high
        high = mark


def test_marks_without_anything_known_are_empty() -> None:
    assert TrustedTime(BootClock()).marks() == Marks()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's boot id")
def test_the_system_clock_names_the_boot_and_never_runs_backwards() -> None:
    clock = SystemClock()
    first = clock.boottime_ms()
    assert clock.boottime_ms() >= first
    assert len(clock.boot_id()) == 36
    assert clock.boot_id() == SystemClock().boot_id()
    assert clock.wall_ms() > NOON - 10 * YEAR


def test_system_randomness_gives_what_is_asked() -> None:
    assert len(SystemRandomness().take(33)) == 33


def test_time_goes_on_through_suspend_though_the_wall_clock_was_set_meanwhile() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 0)
    # Asleep: the boot-time clock runs on, and somebody sets the wall clock back at waking.
    clock.boottime += 8 * HOUR
    clock.wall = NOON - 5 * HOUR
    moment = time.now()
    assert abs(moment.at_ms - (NOON + 8 * HOUR)) <= moment.uncertainty_ms
    assert not moment.doubtful


def test_a_till_that_was_off_for_years_asks_until_contact_and_then_knows() -> None:
    clock = BootClock()
    time = TrustedTime(clock)
    time.anchor(NOON, 0)
    clock.restart(NOON + 3 * YEAR)
    later = TrustedTime(clock, time.marks())
    assert later.now().doubtful
    later.anchor(NOON + 3 * YEAR, 100)
    assert not later.now().doubtful
    # The next start without contact, clock set back, is doubted by what is known now.
    clock.restart(NOON)
    again = TrustedTime(clock, later.marks())
    assert again.now().doubtful
    assert again.now().at_ms > NOON + 3 * YEAR - DAY

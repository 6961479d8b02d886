"""What happened in a run, counted from several threads."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any


class Tally:
    """Counts by kind, and the violations in words."""

    def __init__(self, budget: int, *, tell: Callable[[str], None] | None = None) -> None:
        """``budget`` is how many kills the run shall have; ``tell`` hears of each as it falls."""
        self.budget = budget
        self._tell = tell or (lambda _text: None)
        self.kills: Counter[str] = Counter()
        self.phases: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.acknowledged = 0
        self.violations: list[str] = []
        self.stopped = threading.Event()
        self._lock = threading.Lock()

    def killed(self, what: str, phase: str) -> None:
        """Count one SIGKILL that ended a living process."""
        with self._lock:
            self.kills[what] += 1
            self.phases[f"{what}: {phase}"] += 1
            self._tell(f"killed {what} ({phase})")

    def fault(self, kind: str, count: int = 1) -> None:
        """Count a fault of the network."""
        with self._lock:
            self.faults[kind] += count

    def event(self, kind: str, count: int = 1) -> None:
        """Count something else worth knowing."""
        with self._lock:
            self.events[kind] += count
            self._tell(kind)

    def answered(self, answer: Mapping[str, Any]) -> None:
        """Count one answer of a till by what it said and whose word it was."""
        with self._lock:
            self.acknowledged += answer["event"] is not None
            self.answers[f"{answer['verdict']}, {answer['reason']}, by {answer['by']}"] += 1

    def violated(self, sentence: str) -> None:
        """Keep what must never happen."""
        with self._lock:
            self.violations.append(sentence)
            self._tell(f"VIOLATED: {sentence}")

    def goes_on(self, until: int) -> bool:
        """Whether a round goes on: it has not had ``until`` kills yet, and nothing went wrong."""
        return self.total() < until and not self.violations and not self.stopped.is_set()

    def total(self) -> int:
        """Return how many kills there were."""
        with self._lock:
            return sum(self.kills.values())

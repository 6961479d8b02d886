"""How a service says no: with one of the protocol's stable problem types."""

from sync.protocol.problems import ProblemType


class Refusal(Exception):
    """Something was asked that cannot be given. ``title`` is for a person, ``detail`` says what to do.

    ``retry_after_s`` is set where asking again later helps; ``progress`` is (done, whole) of what is waited for.
    ``reason`` is what the rules call it (:class:`sync.rules.reasons.Reason`) where they refused a code.
    """

    def __init__(
        self,
        problem: ProblemType,
        title: str,
        detail: str = "",
        *,
        retry_after_s: int | None = None,
        progress: tuple[int, int] = (0, 0),
        reason: str = "",
    ) -> None:
        """Keep the parts apart for whoever answers."""
        super().__init__(title)
        self.problem = problem
        self.title = title
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.progress = progress
        self.reason = reason


def busy(title: str, *, retry_after_s: int = 2) -> Refusal:
    """Say "not now"."""
    return Refusal(ProblemType.BUSY, title, "Try again in a moment.", retry_after_s=retry_after_s)

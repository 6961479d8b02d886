"""The one kind of error that is meant for a person."""


class UserError(Exception):
    """A sentence for a person, and what to do next; everything else that is raised is a bug.

    ``reason`` is a stable identifier that programs may compare; ``sentence`` says what happened and
    ``advice`` what to do about it.
    """

    def __init__(self, reason: str, sentence: str, advice: str = "") -> None:
        """Keep the three parts apart, so that a screen can show them differently."""
        super().__init__(f"{sentence} {advice}".strip())
        self.reason = reason
        self.sentence = sentence
        self.advice = advice

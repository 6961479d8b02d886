"""Text messages to phones: what every provider does, and how it says that it could not."""

from typing import Protocol

SEND_TIMEOUT_S = 10.0
"""A guest waits for the answer meanwhile."""


class NotSentError(Exception):
    """The provider did not take the message; its text is for the log and names no phone and no secret."""


class Sms(Protocol):
    """A way to send text messages."""

    async def send(self, phone: str, text: str) -> None:
        """Hand one message over; ``phone`` is ``+`` and digits. Raises :class:`NotSentError`."""

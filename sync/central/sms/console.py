"""For development: messages are printed where the office's own log goes, and reach nobody."""

import sys


class ConsoleSms:
    """Prints messages on standard error."""

    async def send(self, phone: str, text: str) -> None:
        """Print one message."""
        sys.stderr.write(f"text message to {phone}: {text}\n")
        sys.stderr.flush()

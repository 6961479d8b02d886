"""What commands print: one JSON object a line on stdout."""

import msgspec


def say(content: object) -> None:
    """Print one object as a line of JSON, at once."""
    print(msgspec.json.encode(content).decode(), flush=True)

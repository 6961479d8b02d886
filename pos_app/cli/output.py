"""What the command line writes: UTF-8 whatever the locale says, each line at once."""

import json
import sys
from collections.abc import Mapping

from sync.rules.user_error import UserError


def require_output() -> None:
    """Raise ``UserError`` when the process was started without a standard output."""
    if sys.stdout is None:
        raise UserError(
            "no_output", "There is no standard output to answer on.", "Connect one and start again."
        )


def write_json(content: Mapping[str, object]) -> None:
    """Write one JSON object as one line on stdout; raises ``BrokenPipeError`` when nobody reads."""
    require_output()
    sys.stdout.buffer.write(json.dumps(content, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def write_text(text: str) -> None:
    """Write text for a person on stdout; signs that a terminal does not know become question marks."""
    sys.stdout.buffer.write((text + "\n").encode(sys.stdout.encoding or "utf-8", "replace"))
    sys.stdout.buffer.flush()


def say(sentence: str) -> None:
    """Write a diagnostic on stderr."""
    print(sentence, file=sys.stderr, flush=True)

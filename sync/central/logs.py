"""The office's log: one JSON object a line on standard error, with nothing in it that opens or names anything.

No code, token, phone number or body is ever handed to a log call. What libraries say of an error may quote values,
so that here the words of an exception lose whatever stands in quotes, in brackets after DETAIL, or is a long number;
its type and where it happened stay whole.
"""

import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import msgspec

MAX_ERROR_CHARS = 300
MAX_FRAMES = 40
HIDDEN = "…"
_QUOTED = re.compile(
    r"'[^']*'|\"[^\"]*\"|“[^”]*”|`[^`]*`|=\([^)]*\)|\(\s*[^()]*\)|\d{5,}|\S+@\S+|\S{25,}"
    r"|\b[A-Z0-9][A-Z0-9-]{4,}\b"
)
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; all else was given by ``extra``."""


serving: ContextVar[str] = ContextVar("serving")
"""The id of the request that is being served."""


def logging_config(form: str) -> dict[str, Any]:
    """Return how the office logs, in the ``form`` json or plain, as :mod:`logging.config` takes it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "sync.central.logs.JsonLines"},
            "plain": {"()": "sync.central.logs.PlainLines"},
        },
        "filters": {"serving": {"()": "sync.central.logs.RequestIds"}},
        "handlers": {
            # Standard output belongs to the one line of JSON that says where central listens.
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["serving"],
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "alembic": {"level": "WARNING"},
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
    }


class RequestIds(logging.Filter):
    """Puts the id of the request that is being served into every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add ``request`` where there is one."""
        request = serving.get("")
        if request:
            record.request = request
        return True


class JsonLines(logging.Formatter):
    """Writes records as JSON: ``at``, ``level``, ``logger``, ``message``, what was given as ``extra``, ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        return msgspec.json.encode(_told(record), enc_hook=str).decode()


class PlainLines(logging.Formatter):
    """The same for people who watch: one line of words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told = _told(record)
        words = " ".join(str(told.pop(name)) for name in ("at", "level", "logger", "message"))
        return " ".join([words, *(f"{name}={value}" for name, value in told.items())])


def _told(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": record.getMessage(),
    }
    line |= {name: value for name, value in vars(record).items() if name not in _OWN}
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = told_error(record.exc_info[1])
    return line


def told_error(error: BaseException) -> dict[str, Any]:
    """Return what a log may say of an error: its type, its place, and its words without what they quote."""
    told: dict[str, Any] = {
        "type": _name(error),
        "words": without_quoted(str(error)),
        "where": _where(error.__traceback__),
    }
    for name in ("sqlstate", "table_name", "constraint_name", "column_name"):
        value = getattr(error, name, None)
        if value:
            told[name] = str(value)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["after"] = {"type": _name(cause), "where": _where(cause.__traceback__)}
    return told


def without_quoted(words: str) -> str:
    """Take out of an error's first line whatever could be a value."""
    first = words.splitlines()[0] if words else ""
    return _QUOTED.sub(HIDDEN, first)[:MAX_ERROR_CHARS]


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _where(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MAX_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]

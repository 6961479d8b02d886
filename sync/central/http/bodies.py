"""Bodies of requests: bounded in size and time, and read with care whatever they hold."""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException

from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

MAX_BODY_BYTES = 1024 * 1024
"""The largest body of a route that does not say its own limit; one that is larger is refused without being read."""


BODY_VARIABLE = "COUNTERSIGN_BODY_S"
BODY_S = 20
"""How long a body may take at least; nobody holds a place in the office by sending the rest of one for ever.
``COUNTERSIGN_BODY_S`` says another number of seconds."""
MAX_BODY_S = 600
SLOWEST_BYTES_S = 8 * 1024
"""How much of an announced body has to come in each second on top of that: a poor mobile line brings as much."""


_HUNG_UP = "disconnected"


def choose_body_s(environment: Mapping[str, str]) -> int:
    """Return how long a body may take at least, by the environment; raises :class:`UserError` ``body_s_unfit``."""
    said = environment.get(BODY_VARIABLE, "").strip() or str(BODY_S)
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:9]) <= MAX_BODY_S:
        raise UserError(
            "body_s_unfit",
            f"{BODY_VARIABLE} is “{said[:40]}”, which is no number of seconds from 1 to {MAX_BODY_S}.",
            f"Leave it out for {BODY_S} seconds.",
        )
    return int(said)


def patience_s(least_s: float, announced: int) -> float:
    """Return for how long a body of so many announced bytes is waited for, on the short ways and on the long one."""
    return least_s + announced / SLOWEST_BYTES_S


class WholeRequest(Request[Any, Any, State]):
    """A request whose body comes whole and in time, or is refused."""

    async def body(self) -> bytes:
        """Return the body; raises :class:`Refusal` ``invalid`` where it breaks off or comes too slowly."""
        announced = min(self.content_length or 0, self.route_handler.resolve_request_max_body_size() or 0)
        try:
            async with asyncio.timeout(patience_s(self.app.state.central.body_s, announced)):
                return await super().body()
        except TimeoutError:
            raise _broken("The body did not come in time.") from None
        except InternalServerException as error:
            # So the framework says that whoever asks has hung up, or that the body's parts do not fit together.
            if _HUNG_UP not in error.detail:
                raise
            raise _broken("The body broke off before its end.") from error


def _broken(title: str) -> Refusal:
    return Refusal(
        ProblemType.INVALID, title, "Nothing was done. Send the request again, with the whole body at once."
    )


class OfficeRequest(WholeRequest):
    """A request whose JSON may be nested as deep as somebody likes to write it."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever stands in the body
        """Decode the body; nested deeper than any message is, it is refused like other JSON that does not fit."""
        try:
            return await super().json()
        except RecursionError as error:
            raise Refusal(ProblemType.INVALID, "This JSON is nested too deep.", "Send it flatter.") from error
        except UnicodeDecodeError as error:
            raise Refusal(
                ProblemType.INVALID,
                "This JSON is not in UTF-8.",
                "The body is not JSON. Send its texts in UTF-8.",
            ) from error

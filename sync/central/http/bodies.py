"""Bodies of requests: bounded in size and time, and read with care whatever they hold."""

import asyncio
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException

from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

MAX_BODY_BYTES = 1024 * 1024
"""The largest body of a route that does not say its own limit; one that is larger is refused without being read."""


BODY_S = 20.0
"""How long a body may take at least; nobody holds a place in the office by sending the rest of one for ever."""
SLOWEST_BYTES_S = 8 * 1024
"""How much of an announced body has to come in each second on top of that: a poor mobile line brings as much."""


_HUNG_UP = "disconnected"


class WholeRequest(Request[Any, Any, State]):
    """A request whose body comes whole and in time, or is refused."""

    async def body(self) -> bytes:
        """Return the body; raises :class:`Refusal` ``invalid`` where it breaks off or comes too slowly."""
        announced = min(self.content_length or 0, self.route_handler.resolve_request_max_body_size() or 0)
        try:
            async with asyncio.timeout(BODY_S + announced / SLOWEST_BYTES_S):
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

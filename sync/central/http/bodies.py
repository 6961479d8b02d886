"""Bodies of requests: bounded, and read with care whatever they hold."""

from typing import Any

from litestar import Request
from litestar.datastructures import State

from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

MAX_BODY_BYTES = 1024 * 1024
"""The largest body of a route that does not say its own limit; one that is larger is refused without being read."""


class OfficeRequest(Request[Any, Any, State]):
    """A request whose JSON may be nested as deep as somebody likes to write it."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever stands in the body
        """Decode the body; nested deeper than any message is, it is refused like other JSON that does not fit."""
        try:
            return await super().json()
        except RecursionError as error:
            raise Refusal(ProblemType.INVALID, "This JSON is nested too deep.", "Send it flatter.") from error

"""MessagePack in and out: strict, bounded, and decoded once."""

from typing import Any

import msgspec
from litestar import Response
from litestar.enums import MediaType
from litestar.serialization import default_serializer
from litestar.types import Serializer

from sync.central.http.bodies import WholeRequest
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.protocol.wire import MEDIA_TYPE, WireError, pack, unpack

MAX_MESSAGE_BYTES = 1024 * 1024
"""The largest body of any message but a batch of events."""
MAX_ERROR_CHARS = 200
_PLAIN = ("", "identity")


class MessageRequest(WholeRequest):
    """A request whose body is one of the protocol's messages."""

    async def json(self) -> object:
        """Decode the body into the handler's own type; Litestar asks for it under this name.

        Compressed bodies are refused, so that no small body can unfold into a large one.
        """
        if self.headers.get("Content-Encoding", "").strip().lower() not in _PLAIN:
            raise Refusal(
                ProblemType.INVALID, "Bodies are taken uncompressed.", "Send it without Content-Encoding."
            )
        field = self.route_handler.parsed_data_field
        if field is None:
            msg = f"{self.route_handler} takes no message"
            raise TypeError(msg)
        try:
            return unpack(await self.body(), field.annotation)
        except (WireError, RecursionError) as error:
            raise Refusal(
                ProblemType.INVALID,
                "This is not the message that belongs here.",
                str(error)[:MAX_ERROR_CHARS],
            ) from error


class MessageResponse(Response[Any]):
    """An answer in MessagePack."""

    def render(self, content: object, media_type: str, enc_hook: Serializer = default_serializer) -> bytes:
        """Pack a message; bytes go out as they are."""
        if isinstance(content, msgspec.Struct) and media_type == MEDIA_TYPE:
            return pack(content)
        return super().render(content, media_type or MediaType.JSON, enc_hook)

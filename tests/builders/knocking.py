"""Every endpoint by its own description: the real application, asked with what schemathesis makes of its OpenAPI."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import reject
from litestar import Litestar
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync.central.schema.words import Role
from tests.builders.belongings import ids_of
from tests.builders.bounded import RATES, begin_anew, rates_with
from tests.builders.callers import bearer, guest_token, member, owner_headers
from tests.builders.office import Office, new_office, serving

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PROTOCOL = {"Countersign-Protocol": "1"}
_UNSENDABLE = ("content-length", "connection", "host")


class House:
    """A running office of this process, and everybody who has a key to it."""

    def __init__(self, portal: BlockingPortal, app: Litestar, client: httpx.AsyncClient) -> None:
        self._portal = portal
        self._client = client
        self.app = app
        self._platform: dict[str, str] | None = None
        begin_anew(app, rates_with(**dict.fromkeys(RATES.__struct_fields__, 1_000_000)))
        self.office: Office = portal.call(new_office, app, client)
        self.document: dict[str, Any] = json.loads(self.get("/schema/openapi.json").content)
        schema = schemathesis.openapi.from_dict(self.document)
        found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
        self.operations: dict[str, APIOperation[Any, Any, Any, Any]] = {each.label: each for each in found}
        self.places = {
            name: int(number) for name, number in portal.call(ids_of, self.office).items() if number.isdigit()
        }

    def headers(self, letter: str) -> dict[str, str]:
        """Somebody who has just signed in, by their letter in the table of who may ask for what."""
        return self._portal.call(self._sign_in, letter)

    def get(self, path: str) -> httpx.Response:
        return self._portal.call(self._client.get, path)

    def knock(self, case: Case[Any], headers: dict[str, str]) -> httpx.Response:
        """Send what was made up, whatever it is, and hold the answer to the description."""
        kwargs = case.as_transport_kwargs(base_url="http://central", headers=PROTOCOL | headers)
        prepared = requests.Request(**kwargs).prepare()
        sent = httpx.Request(
            prepared.method or "",
            prepared.url or "",
            headers=[each for each in prepared.headers.items() if each[0].lower() not in _UNSENDABLE],
            content=_bytes(prepared.body),
        )
        response = self._portal.call(self._client.send, sent)
        case.validate_response(response, checks=CHECKS, headers=headers)
        return response

    async def _sign_in(self, letter: str) -> dict[str, str]:
        office = self.office
        if letter == "w":
            return await owner_headers(office)
        if letter == "g":
            return bearer(await guest_token(office, self.places["guest_id"]))
        if letter == "t":
            return bearer(await (await office.till()).signed_in())
        return (await self._keeper()) if letter == "p" else {}

    async def _keeper(self) -> dict[str, str]:
        """Whoever runs the installation, hired once."""
        if self._platform is None:
            self._platform = (await member(self.office, Role.PLATFORM_OWNER)).headers
        return self._platform


@contextmanager
def house(dsn: str) -> Iterator[House]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(dsn)) as (app, client),
    ):
        yield House(portal, app, client)


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)


@schemathesis.serializer("text/csv")
def _as_file(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


@schemathesis.serializer("application/msgpack")
def _packed(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    try:
        return msgspec.msgpack.encode(value)
    except OverflowError:
        # MessagePack has no integer as large as JSON's may be.
        reject()

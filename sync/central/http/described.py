"""The description of the interface (OpenAPI): what the framework writes, and every problem that can be the answer.

The framework knows what a handler returns. What the guard, the gate and the limits answer before it is the same
everywhere, and stands here once: problem details (RFC 9457).
"""

from copy import deepcopy
from http import HTTPStatus
from typing import Any

import msgspec
import msgspec.inspect
from litestar import Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin

from sync.central.http.allowed.audience import Allowed, Audience
from sync.central.http.allowed.table import ACCESS
from sync.central.http.allowed.tills import SYNC_ROOT
from sync.central.http.routes.latest import HTML
from sync.central.services.latest import Latest
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem

_BEARER: dict[str, list[str]] = {"bearer": []}
_SECURITY: dict[Allowed, list[dict[str, list[str]]]] = {Audience.ANYONE: [], Audience.OPTIONAL: [{}, _BEARER]}
"""Who must show a token is told by the table that the guard goes by."""
_PART = "#/components/schemas/{name}"
_PROBLEM = {"$ref": _PART.format(name="Problem")}
_OWN_PROOF = frozenset({("GET", "/latest")})
"""Open routes whose address is signed."""
_ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_KNOWN_CALLERS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_ABOUT_SOMETHING = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_CHANGING = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


class OfficeRenderPlugin(JsonRenderPlugin):
    """Serves the completed description, put together at the first question."""

    _complete: dict[str, Any] | None = None

    def render(self, request: "Request[Any, Any, Any]", openapi_schema: dict[str, Any]) -> bytes:
        """Return the description as JSON."""
        if self._complete is None:
            self._complete = completed(openapi_schema, strict_bodies(request.app))
        return self.render_json(request, self._complete)


def strict_bodies(app: Litestar) -> frozenset[str]:
    """Return the names of all structures of requests that take no field which they do not know."""
    found: set[str] = set()
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.parsed_data_field is not None:
                _note_strict(msgspec.inspect.type_info(handler.parsed_data_field.annotation), found)
    return frozenset(found)


def _note_strict(kind: object, found: set[str]) -> None:
    """Walk through a type and all types in it; structures may hold themselves."""
    if isinstance(kind, msgspec.inspect.StructType):
        if kind.cls.__name__ in found:
            return
        if kind.forbid_unknown_fields:
            found.add(kind.cls.__name__)
        for field in kind.fields:
            _note_strict(field.type, found)
    for name in ("types", "item_types"):
        for each in getattr(kind, name, ()):
            _note_strict(each, found)
    for name in ("item_type", "value_type", "type"):
        if hasattr(kind, name):
            _note_strict(getattr(kind, name), found)


def completed(document: dict[str, Any], strict: frozenset[str]) -> dict[str, Any]:
    """Return a description in which every operation names the problems that it can answer with.

    Structures in ``strict`` are described as taking no further fields.
    """
    document = deepcopy(document)
    for name, schema in document["components"]["schemas"].items():
        if name in strict:
            schema["additionalProperties"] = False
    (_, latest), parts = msgspec.json.schema_components([Problem, Latest], ref_template=_PART)
    document["components"]["schemas"] |= parts
    # A page for people, and the same for programs: the framework describes one of the two.
    page = document["paths"]["/latest"]["get"]["responses"]["200"]
    page["content"] = {HTML: {"schema": {"type": "string"}}, "application/json": {"schema": latest}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                allowed = ACCESS.get((method.upper(), path), Audience.ANYONE)
                operation["security"] = _SECURITY.get(allowed, [_BEARER])
                _add_problems(operation, method.upper(), path)
    return document


def _add_problems(operation: dict[str, Any], method: str, path: str) -> None:
    responses = operation["responses"]
    # The framework's own words for a bad request are never sent: problems.py translates them.
    responses.pop(str(HTTPStatus.BAD_REQUEST.value), None)
    for status in sorted(_problems_of(method, path)):
        problem = _as_response(status)
        declared = responses.setdefault(str(status.value), problem)
        if declared is not problem:
            _say_both(declared)


def _problems_of(method: str, path: str) -> set[HTTPStatus]:
    found = set(_ALWAYS)
    if ACCESS.get((method, path)) is not Audience.ANYONE or (method, path) in _OWN_PROOF:
        found |= set(_KNOWN_CALLERS)
    if "{" in path or path.startswith(SYNC_ROOT):
        found |= set(_ABOUT_SOMETHING)
    if method != "GET":
        found |= set(_CHANGING)
    return found


def _as_response(status: HTTPStatus) -> dict[str, Any]:
    content: dict[str, Any] = {PROBLEM_MEDIA_TYPE: {"schema": _PROBLEM}}
    response: dict[str, Any] = {"description": status.phrase, "content": content}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
        }
    return response


def _say_both(declared: dict[str, Any]) -> None:
    """Let an operation's own problem stand beside the general one, as where a code was refused."""
    content = declared.get("content", {}).get(PROBLEM_MEDIA_TYPE)
    if content is not None:
        content["schema"] = {"anyOf": [content["schema"], _PROBLEM]}

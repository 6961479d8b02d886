"""`/api/vip/validate` and `/use`: the two that shops call at the checkout (document 000)."""

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody

from sync.central.http.central import Central
from sync.central.http.short_way import MAX_BODY_BYTES, let_in
from sync.central.http.vip_answers import answer_look, answer_use
from sync.central.services.idempotency import KEY_HEADER
from sync.central.services.login import Person
from sync.central.services.vip.using import NotUsed, UseCode, Used, ValidateCode, Validated

AnyRequest = Request[Any, Any, State]


@post(
    "/validate",
    status_code=200,
    request_max_body_size=MAX_BODY_BYTES,
    summary="Look whether a VIP code could be used",
    responses={200: ResponseSpec(Validated, description="Whether it could be used now")},
)
async def validate(
    request: AnyRequest,
    data: JSONBody[ValidateCode],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> Response[bytes]:
    """Say whether a code could be used now, without using it; why not, if not."""
    let_in(request, central, person)
    return _response(*await answer_look(central, person, data))


@post(
    "/use",
    status_code=200,
    request_max_body_size=MAX_BODY_BYTES,
    summary="Use a VIP code",
    responses={
        200: ResponseSpec(Used, description="It was used"),
        422: ResponseSpec(
            NotUsed, media_type="application/problem+json", description="It was not used, and why"
        ),
    },
)
async def use(
    request: AnyRequest,
    data: JSONBody[UseCode],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: Annotated[str | None, HeaderParameter(name=KEY_HEADER, description="New for each use.")] = None,
) -> Response[bytes]:
    """Use a code once; the same key gets the same answer again, however often it is sent."""
    let_in(request, central, person)
    return _response(*await answer_use(central, person, key, data))


def _response(status: int, kind: bytes, body: bytes) -> Response[bytes]:
    return Response(body, status_code=status, media_type=kind.decode())

"""What the two routes of document 000 that shops call answer, as bytes; the same by the short way and the long."""

from http import HTTPStatus

import msgspec

from sync.central.http.central import Central
from sync.central.http.short_way import Answer
from sync.central.services.login import Person
from sync.central.services.vip.using import (
    UseCode,
    ValidateCode,
    asked_look,
    asked_use,
    not_used,
    used,
    validated,
)
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, ProblemType
from sync.rules.reasons import Reason

JSON = b"application/json"
PROBLEM = PROBLEM_MEDIA_TYPE.encode()
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY

_encoder = msgspec.json.Encoder()


async def answer_use(central: Central, person: Person, key: str | None, body: UseCode) -> Answer:
    """Use a code; return status, media type and body. A refusal is a problem document with its reason."""
    await central.bounds.let_name_a_code(person)
    answer = await central.uses.use(asked_use(central.database.clock, person, key, body))
    if answer.reason == Reason.UNKNOWN_CODE:
        await central.bounds.wrong_code(person)
    if answer.accepted and answer.code is not None:
        return Answer(HTTPStatus.OK, JSON, _encoder.encode(used(answer.code)))
    problem = not_used(answer, kind=ProblemType.CODE_REFUSED, status=REFUSED)
    return Answer(REFUSED, PROBLEM, _encoder.encode(problem))


async def answer_look(central: Central, person: Person, body: ValidateCode) -> Answer:
    """Look at a code; a code that cannot be used is an answer, not an error."""
    await central.bounds.let_name_a_code(person)
    answer = await central.uses.look(asked_look(person, body))
    if answer.reason == Reason.UNKNOWN_CODE:
        await central.bounds.wrong_code(person)
    return Answer(HTTPStatus.OK, JSON, _encoder.encode(validated(answer)))

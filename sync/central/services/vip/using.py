"""VIP codes looked at and used (document 000): what is asked, and the answers word for word as written there."""

from itertools import count
from typing import Annotated

import msgspec
from asyncpg.pgproto.pgproto import UUID as QuickUUID  # noqa: N811 - made in C, for every look

from sync.central.clock import Clock
from sync.central.services.idempotency import fit_key, operation_id
from sync.central.services.login import Person
from sync.central.services.redeeming.asking import Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.redeem import new_operation
from sync.rules.code import Kind

MAX_ORDER = 2**63 - 1
VIP = frozenset({Kind.VIP})

_looks = count(1)


class ValidateCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which code is looked at."""

    code: str


class UseCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which code is used, and for which order."""

    code: str
    order_id: Annotated[int, msgspec.Meta(ge=0, le=MAX_ORDER)] | None = None


class CodeNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A code as the answer to a look has it."""

    id: int
    code: str
    name: str


class CodeUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A code as the answer to a use has it; ``max_uses`` is null for an unlimited one."""

    id: int
    code: str
    name: str
    current_uses: int
    max_uses: int | None


class Validated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a code could be used now; if not, why, in words for whoever stands at the counter."""

    valid: bool
    code: CodeNamed | None = None
    reason: str = ""
    message: str = ""
    advice: str = ""


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """The code after its use."""

    success: bool
    code: CodeUsed


class NotUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document with the reason beside it; the same words for a person as a till would show."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    success: bool = False


def asked_use(clock: Clock, person: Person, key: str | None, body: UseCode) -> Asked:
    """Return a use as the engine takes it; raises :class:`Refusal` for a key that does not fit."""
    key = fit_key(key)
    return Asked(
        network=person.network,
        caller=person.actor,
        operation=new_operation(clock) if key is None else operation_id(person.network, person.actor, key),
        code=body.code,
        kinds=VIP,
        staff=person.staff,
        order_id=body.order_id,
    )


def asked_look(person: Person, body: ValidateCode) -> Asked:
    """Return a look as the engine takes it; its number only tells it from the others that wait."""
    return Asked(
        network=person.network,
        caller=person.actor,
        operation=QuickUUID(next(_looks).to_bytes(16)),
        code=body.code,
        kinds=VIP,
        staff=person.staff,
    )


def validated(answer: Redeemed) -> Validated:
    """Write the answer to a look."""
    if answer.accepted and answer.code is not None:
        return Validated(valid=True, code=_named(answer.code))
    said = answer.said()
    return Validated(valid=False, reason=str(answer.reason), message=said.sentence, advice=said.advice)


def used(code: CodeSeen) -> Used:
    """Write the answer to a use that happened."""
    return Used(
        success=True,
        code=CodeUsed(
            id=code.id, code=code.code, name=code.name, current_uses=code.uses, max_uses=code.max_uses
        ),
    )


def not_used(answer: Redeemed, *, kind: str, status: int) -> NotUsed:
    """Write the answer to a use that was refused; ``kind`` is the problem's type."""
    said = answer.said()
    return NotUsed(
        type=kind, title=said.sentence, status=status, detail=said.advice, reason=str(answer.reason)
    )


def _named(code: CodeSeen) -> CodeNamed:
    return CodeNamed(id=code.id, code=code.code, name=code.name)

"""Making, switching and noting one code at a desk, whatever its kind."""

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.schema.numbers import MAX_ID
from sync.central.secrets import Secrets
from sync.central.services.audit import record_by
from sync.central.services.codes import create_codes
from sync.central.services.editing.edit_code import CodeChange, code_taken, edit_code, no_such_code
from sync.central.services.login import Person
from sync.central.services.names import is_storable
from sync.central.services.new_codes import NewCode
from sync.central.services.one_row import one_row
from sync.rules.code import CodeStatus, Kind
from sync.rules.code_form import default_form
from sync.rules.generate import make_codes
from sync.rules.user_error import UserError


async def make_one(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, new: NewCode, *, active: bool
) -> int:
    """Make a code, switched on or off, and return its id; raises :class:`Refusal` ``conflict`` for a taken text."""
    (made,) = await create_codes(connection, network_id, secrets.digest_key(network_id), [new])
    if made is None:
        raise code_taken()
    if not active:
        off = CodeChange(status=CodeStatus.INACTIVE)
        await edit_code(connection, secrets, network_id, made, off, kind=new.kind)
    return made


def draw_one(connection: asyncpg.Connection, kind: Kind) -> str:
    """Draw the text of one code; that it is no code yet is as good as certain, and looked at when it is made."""
    drawn = make_codes(default_form(kind), 1, kind=kind, draw=clock_of(connection).random)
    return drawn.codes[0]


async def delete_one(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int, *, kind: Kind, action: str
) -> None:
    """Take a code out of use and out of the lists, and note it; what was done with it stays on record."""
    gone = CodeChange(status=CodeStatus.ARCHIVED)
    await edit_code(connection, secrets, person.network, code_id, gone, kind=kind)
    await note_code(connection, person, action, code_id, None)


async def read_one(
    connection: asyncpg.Connection, rows: str, network_id: int, code_id: int
) -> asyncpg.Record:
    """Read the code ``$2`` of the network ``$1`` by a SELECT of ours; raises :class:`Refusal` ``not-found``."""
    return await one_row(connection, rows, network_id, code_id, missing=no_such_code(code_id))


def fit_status(status: CodeStatus) -> CodeStatus:
    """Return what a person may set a code to; raises :class:`UserError` ``status_unfit``."""
    if status not in (CodeStatus.ACTIVE, CodeStatus.INACTIVE):
        raise UserError(
            "status_unfit",
            f"A code is set to active or inactive, not to {status}.",
            "It expires by itself at expires_at, and DELETE takes it out of use.",
        )
    return status


def fit_description(text: str, most: int, *, least: int = 0) -> str:
    """Return a description without outer spaces; raises :class:`UserError` ``description_unfit``."""
    fitting = text.strip()
    if not least <= len(fitting) <= most or not is_storable(fitting.replace("\n", "")):
        size = f"{least} to {most}" if least else f"at most {most}"
        raise UserError(
            "description_unfit",
            f"A description has {size} visible characters.",
            "Write another, or leave it out.",
        )
    return fitting


async def note_code(
    connection: asyncpg.Connection, person: Person, action: str, code_id: int, what: msgspec.Struct | None
) -> None:
    """Write into the audit log what a person did with a code."""
    # The text of a code is no word for the log, whose readers may be many.
    detail = {} if what is None else {k: v for k, v in msgspec.to_builtins(what).items() if k != "code"}
    await record_by(connection, person, action, f"code:{code_id}", detail)


async def guest_exists(connection: asyncpg.Connection, network_id: int, guest: int) -> bool:
    """Whether a number is a guest's of this network."""
    if not 0 < guest <= MAX_ID:
        return False
    return bool(
        await connection.fetchval(
            "SELECT true FROM guests WHERE network_id = $1 AND id = $2", network_id, guest
        )
    )

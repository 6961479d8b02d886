"""Somebody says of a till that it has let go of events, so that a person might take them for lost."""

import random

import msgspec

from sync.protocol.event import read_envelope
from sync.protocol.keys import Purpose
from sync.protocol.upload import Anchor, Batch
from sync.protocol.wire import canonical
from sync.till.office import OfficeError
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.backups import accept_loss
from tests.simulation.steps.forgeries import FOREIGN
from tests.simulation.world import World


@step("somebody: says that a till has let its events go", weight=1.5, fault=True)
def says(world: World, chance: random.Random) -> str | None:
    """The later events are the till's own, sent without those before them; the word about these is not."""
    machine = world.at_work(chance)
    what = chance.choice(("foreign key", "no proof", "another word of its own"))
    if machine is None:
        return None
    machine.link.clear_up()

    def work(process: Process) -> str | None:
        batch = process.till.journal.unsettled()
        if batch is None or len(batch.events) < 2 or batch.anchor is not None:
            return None
        return _send(machine, process, batch, 1 + chance.randrange(len(batch.events) - 1), what)

    told = world.act(machine, work)
    if told is None:
        return None
    world.note(f"forged anchor: {what}")
    # Whoever reads the office's cases believes what stands there.
    lost = accept_loss(world, machine) if "central_restored" not in world.expected_cases else 0
    return f"{told}; a person takes {lost} events for lost"


def _send(machine: Machine, process: Process, batch: Batch, left_out: int, what: str) -> str:
    identity, before = process.till.identity, batch.events[left_out].body
    if identity is None:
        return f"{machine.name} is no till"
    anchor = Anchor(
        network=identity.network,
        till=identity.till,
        incarnation=batch.incarnation,
        seq=batch.from_seq + left_out - 1,
        hash=bytes.fromhex(read_envelope(before).previous),
    )
    if what == "foreign key":
        proof = FOREIGN.sign(Purpose.ANCHOR, canonical(anchor))
    else:
        # The till has said so of an earlier event, truly; or it has signed this for another purpose.
        earlier = msgspec.structs.replace(anchor, seq=anchor.seq - 1)
        proof = (
            bytes(64)
            if what == "no proof"
            else process.till.signing_key.sign(Purpose.ANCHOR, canonical(earlier))
        )
    forged = msgspec.structs.replace(
        batch,
        from_seq=batch.from_seq + left_out,
        events=batch.events[left_out:],
        damaged=(),
        anchor=msgspec.structs.replace(anchor, proof=proof),
    )
    try:
        answer = f"lacking {process.office.journal(forged).lacking}"
    except OfficeError as error:
        answer = error.reason
    return f"somebody says that {machine.name} has let {left_out} events go ({what}): {answer}"

"""A till's own cases come with its contact, and are asked for only by their mark."""

from sync.protocol.case_notes import CaseList, CaseMark, CaseNote
from sync.protocol.contact import Contact
from sync.protocol.wire import unpack
from sync.till.agent.contact import CONTACT_MS
from sync.till.case_box import read_cases
from tests.builders.agent_world import World


def marks_told(world: World) -> list[CaseMark]:
    return [
        unpack(heard.body, Contact).cases for heard in world.server.heard if heard.path.endswith("/contact")
    ]


def test_cases_are_kept_counted_and_known_by_their_mark(world: World) -> None:
    told = CaseList(mark=CaseMark(2, 9), cases=(CaseNote(id=9, kind="fork", opened_ms=1),))
    world.central.reply = {"cases": told}
    world.settle_down()
    assert read_cases(world.till.journal) == told
    assert world.agent.state().cases == 2
    world.server.heard.clear()
    world.central.reply = {}
    world.pass_time(CONTACT_MS)
    assert marks_told(world) == [CaseMark(2, 9)]
    assert read_cases(world.till.journal) == told
    assert world.agent.state().cases == 2
    world.central.reply = {"cases": CaseList()}
    world.pass_time(CONTACT_MS)
    assert world.agent.state().cases == 0

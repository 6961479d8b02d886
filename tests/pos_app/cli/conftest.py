"""What the command line's tests share."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Change, CodeRow, Table
from sync.protocol.wire import pack
from sync.rules.code import Code, Kind
from tests.builders.small_central import ENROLMENT_CODE, SmallCentral
from tests.builders.talking_server import TalkingServer
from tests.builders.till_process import till


@dataclass
class Shop:
    """A small central over real HTTP, and the home of the till that was enrolled with it."""

    central: SmallCentral
    server: TalkingServer
    home: Path


@pytest.fixture
def office() -> Iterator[tuple[SmallCentral, TalkingServer]]:
    central = SmallCentral()
    central.publish(1, "OPEN")
    row = CodeRow(
        code=Code(id=2, campaign_id=1, kind=Kind.VOUCHER, name="TWICE", max_uses=2),
        digests=(keyed_digest(central.digest_key, Subject.CODE, "TWICE"),),
    )
    central.changes.append(Change(Table.CODE, 2, 1, pack(row)))
    central.pool[2] = 2
    server = TalkingServer(central)
    yield central, server
    server.close()


@pytest.fixture
def shop(office: tuple[SmallCentral, TalkingServer], tmp_path: Path) -> Shop:
    central, server = office
    home = tmp_path / "till"
    done = till(home, "enrol", "--central", server.url, "--code", ENROLMENT_CODE)
    assert done.returncode == 0, done.stderr.decode()
    return Shop(central, server, home)

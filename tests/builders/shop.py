"""A till enrolled with a small central over real HTTP, for tests that run its commands as processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Change, CodeRow, Table
from sync.protocol.wire import pack
from sync.rules.code import Code, Kind
from sync.till.enrol import enrol
from sync.till.home import TillHome
from tests.builders.small_central import ENROLMENT_CODE, SmallCentral
from tests.builders.talking_server import TalkingServer


@dataclass
class Shop:
    """The office, the way to it, and the home of a till that may be enrolled with it."""

    central: SmallCentral
    server: TalkingServer
    home: Path

    def enrol(self) -> None:
        enrol(TillHome(self.home), code=ENROLMENT_CODE, central=self.server.url, app_version="0")


@contextmanager
def a_shop(home: Path) -> Iterator[Shop]:
    """Open a shop with the unlimited code OPEN and the code TWICE, which may be used two times."""
    central = SmallCentral()
    central.publish(1, "OPEN")
    row = CodeRow(
        code=Code(id=2, campaign_id=1, kind=Kind.VOUCHER, name="TWICE", max_uses=2),
        digests=(keyed_digest(central.digest_key, Subject.CODE, "TWICE"),),
    )
    central.changes.append(Change(Table.CODE, 2, 1, pack(row)))
    central.pool[2] = 2
    server = TalkingServer(central)
    try:
        yield Shop(central, server, home)
    finally:
        server.close()

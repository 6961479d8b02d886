"""A network at the real central, its tills at work, and one use of a code as the counter records it."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sync.protocol.event import Spend
from sync.protocol.leases import Grant, LeaseReply
from sync.protocol.payloads import Redemption
from sync.protocol.wire import read_canonical
from sync.till.cache.found import Found, FoundCode
from sync.till.enrol import Enrolled, enrol
from sync.till.home import TillHome
from sync.till.journal.entries import Committed, Entry
from tests.builders.central_process import CentralProcess
from tests.builders.patience import LONG_S
from tests.builders.working_till import WorkingTill

OWNER_PASSWORD = "a long enough password"
CSV_HEADER = "kind,code,name,max_uses,expires_at,campaign,policy"


class RealNetwork:
    """Made by the admin commands, as a person would; its tills are closed with it."""

    def __init__(self, central: CentralProcess, folder: Path) -> None:
        self.central = central
        self._folder = folder
        self._tills: list[WorkingTill] = []
        self.owner_email = f"{uuid.uuid4().hex}@example.com"
        self.id = int(
            central.admin_here(
                "create-network",
                "--name",
                "Trattoria",
                "--owner-email",
                self.owner_email,
                "--password-stdin",
                given=f"{OWNER_PASSWORD}\n",
            )[-1]["network_id"]
        )
        self.restaurant = self.add_restaurant("Old Town")

    def add_restaurant(self, name: str) -> int:
        made = self.central.admin_here(
            "create-restaurant", "--network", str(self.id), "--name", name, "--timezone", "Europe/Berlin"
        )
        return int(made[-1]["restaurant_id"])

    def import_codes(self, *lines: str) -> dict[str, Any]:
        """Import codes; each line follows :data:`CSV_HEADER`."""
        file = self._folder / f"codes-{uuid.uuid4().hex}.csv"
        file.write_text("\n".join([CSV_HEADER, *lines, ""]), encoding="utf-8")
        return self.central.admin_here("import-codes", "--network", str(self.id), str(file))[-1]

    def invite(self, till: str, restaurant: int | None = None) -> dict[str, Any]:
        """Issue an enrolment code."""
        return self.central.admin_here(
            "enrolment", "--restaurant", str(restaurant or self.restaurant), "--till", till
        )[-1]

    def enrolled_home(self, till: str, restaurant: int | None = None) -> tuple[TillHome, Enrolled]:
        """Enrol a new home as this till."""
        home = TillHome(self._folder / f"till-{uuid.uuid4().hex}")
        invited = self.invite(till, restaurant)
        return home, enrol(home, code=invited["code"], central=self.central.url, app_version="1")

    def till(self, name: str, restaurant: int | None = None) -> WorkingTill:
        """Enrol a till and put it to work."""
        home, _ = self.enrolled_home(name, restaurant)
        return self.work(home)

    def work(self, home: TillHome, *, reaching_out: bool = True) -> WorkingTill:
        """Put an enrolled home to work; without ``reaching_out`` it meets the office when the test says so."""
        till = WorkingTill(home, poll_ms=500, reaching_out=reaching_out)
        self._tills.append(till)
        return till

    def stop(self, till: WorkingTill) -> TillHome:
        """Close one till; return its home, to be put to work again."""
        self._tills.remove(till)
        till.close()
        return till.till.home

    def status(self, code: str) -> dict[str, Any]:
        """Ask what the office knows of a code."""
        return self.central.admin_here("code-status", "--network", str(self.id), code)[-1]

    def events(self, till: int) -> list[dict[str, Any]]:
        """Return a till's events as central stored them."""
        return self.central.admin_here("export-journal", "--till", str(till))

    def broken_limits(self) -> list[dict[str, Any]]:
        """Return limits whose outstanding units are not exactly what the open leases hold (DESIGN 7)."""
        return self.central.rows(
            """SELECT m.kind, m.subject, m.outstanding, coalesce(sum(l.units - l.settled), 0) AS leased
            FROM limits m LEFT JOIN leases l ON l.network_id = m.network_id AND l.kind = m.kind
                AND l.subject = m.subject AND l.guest = m.guest AND l.state = 'open'
            WHERE m.network_id = $1
            GROUP BY m.kind, m.subject, m.guest, m.outstanding
            HAVING m.outstanding <> coalesce(sum(l.units - l.settled), 0)""",
            self.id,
        )

    def close(self) -> None:
        for till in self._tills:
            till.close()
        self._tills.clear()


def found(till: WorkingTill, text: str) -> Found:
    """Look a code up as a scan does."""
    return till.files.call(lambda: till.till.cache.find(text))


def code_of(till: WorkingTill, text: str) -> FoundCode:
    """Look a code up that must be there."""
    seen = found(till, text)
    assert isinstance(seen, FoundCode), f"{text} is not on the till"
    return seen


def use(till: WorkingTill, text: str, spends: Sequence[Spend], by: str) -> Committed:
    """Record one use of a code, as the counter does."""
    seen = code_of(till, text)
    payload = Redemption(
        code_id=seen.code.id,
        campaign_id=seen.code.campaign_id,
        code_kind=seen.code.kind.value,
        rules_version=1,
        outcome="accept",
        reason="ok",
        by=by,
        source="TYPED",
    )
    return till.commit(Entry(payload=payload, spends=tuple(spends)))[0]


def granted(reply: LeaseReply | None) -> Grant:
    """Return the grant of an answer that must hold one."""
    assert reply is not None, "the office did not answer"
    assert reply.grant is not None, f"the office refused: {reply.reason}"
    return read_canonical(reply.grant.body, Grant)


def settled(till: WorkingTill) -> None:
    """Wait until central has everything."""
    state = till.threads.settle_all(LONG_S)
    assert state.unsettled == 0, state

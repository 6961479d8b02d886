"""What the office and the web shop ask of central over HTTP while it is killed: scans, uses, orders of codes, edits.

What guests ask besides is in :mod:`tests.simulation.processes.guest_errands`.

Each errand is asked again, under the same key where it has one, until it has an answer; what was answered must stand.
"""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from http.client import HTTPException
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import UUID, uuid4

from tests.builders.real_network import OWNER_PASSWORD, RealNetwork
from tests.simulation.processes.guest_errands import GuestErrands
from tests.simulation.processes.tally import Tally

TIMEOUT_S = 4.0
ANSWERED_S = 120.0
"""How long a calm and healed central may take to answer what waits for an answer, however often it is asked."""
AGAIN_S = 0.05
PAUSE_S = (0.0, 0.05)
LATER = frozenset({429, 500, 502, 503, 504})
"""Answers that say nothing of the errand: it is asked again. 500 is a bug for itself, and is told as one."""
JSON = "application/json"
ORDERED = 120
VIP_CODES = ((40, 1), (20, 7), (2, None))
"""How many codes for uses there are, of how many uses each."""


class Answer(NamedTuple):
    """An answer of central."""

    status: int
    body: Any


class Errands(AbstractContextManager["Errands"]):
    """Everything that is asked over HTTP in one run, on threads of its own, and what was answered."""

    def __init__(self, network: RealNetwork, url: str, tally: Tally, seed: str) -> None:
        """Prepare codes and a campaign, directly; from then on ask through ``url``."""
        self._network = network
        self._tally = tally
        self._seed = seed
        self._url = network.central.url
        self._headers: dict[str, str] = {}
        self._over = threading.Event()
        login = {"email": network.owner_email, "password": OWNER_PASSWORD}
        token = self._must("POST", "/api/auth/login", login)["access_token"]
        self._headers["Authorization"] = f"Bearer {token}"
        self._must("PUT", "/api/v1/vouchers/config", {"enabled": True})
        self._vips = [
            code
            for count, uses in VIP_CODES
            for code in self._must(
                "POST", "/api/vip/codes/individual", {"name": "Shop", "count": count, "max_uses": uses}
            )
        ]
        self._vouchers = [self._must("POST", "/api/v1/vouchers", {"name": "Poster"}) for _ in range(3)]
        campaign = self._must("POST", "/api/campaigns", {"kind": "PROMO", "name": "Edit 0"})
        self._campaign, self._version = campaign["id"], campaign["version"]
        self._guests = GuestErrands(network, self._answered, tally)
        self._url = url
        self.scans: list[UUID] = []
        self.used: Counter[int] = Counter()
        self.orders: list[int] = []
        self.edits = 0
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """Begin; a second time goes on where the first has ended."""
        self._over.clear()
        plans: tuple[Callable[[random.Random], None], ...] = (
            self._scan,
            self._use,
            self._use,
            self._edit,
            self._order,
            *self._guests.plans,
        )
        self._threads = [
            threading.Thread(target=self._go_on, args=(plan, f"{self._seed}/{number}"), name="errands")
            for number, plan in enumerate(plans)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until everything that was begun is answered; central must be well by now."""
        self._over.set()
        for thread in self._threads:
            thread.join(2 * ANSWERED_S)
            if thread.is_alive():
                self._tally.violated("an errand has no end")

    def check(self) -> None:
        """Look whether what was answered stands, and nothing stands twice."""
        self._check_scans()
        self._check_uses()
        self._check_edits()
        self._check_orders()
        self._guests.check()

    def _go_on(self, errand: Callable[[random.Random], None], seed: str) -> None:
        chance = random.Random(seed)
        while not self._over.is_set() and not self._tally.violations:
            errand(chance)
            self._over.wait(chance.uniform(*PAUSE_S))

    def _scan(self, chance: random.Random) -> None:
        """Somebody unknown scans a poster. Without a key an unanswered scan may stand or not, and is not repeated."""
        voucher = chance.choice(self._vouchers)["id"]
        source = chance.choice(("CAMERA", "LINK", "SHARE", "GALLERY"))
        answer = self._ask("POST", f"/api/v1/vouchers/{voucher}/scan", {"scanSource": source}, known=False)
        if answer is not None and answer.status == 201:
            self.scans.append(UUID(answer.body["scanId"]))
            self._tally.event("acknowledged over HTTP: scans")
        elif answer is not None and answer.status not in LATER:
            self._tally.violated(f"a scan was answered with {answer}")

    def _use(self, chance: random.Random) -> None:
        code = chance.choice(self._vips)
        asked = {"code": code["code"], "order_id": chance.randrange(1, 10**9)}
        answer = self._answered("POST", "/api/vip/use", asked)
        if answer.status == 200 and answer.body["success"]:
            self.used[code["id"]] += 1
            self._tally.event("acknowledged over HTTP: uses")
        elif answer.status != 422:
            self._tally.violated(f"a use was answered with {answer}")

    def _edit(self, _chance: random.Random) -> None:
        """Change the name of the version that was seen last, so that no late repetition undoes a later change."""
        self.edits += 1
        path = f"/api/campaigns/{self._campaign}"
        answer = self._answered("PATCH", path, {"name": f"Edit {self.edits}", "version": self._version})
        if answer.status == 409:
            # An unanswered try was done all the same.
            answer = self._answered("GET", path, None)
        if answer.status != 200 or answer.body["name"] != f"Edit {self.edits}":
            self._tally.violated(f"an edit was answered with {answer}")
            return
        self._version = answer.body["version"]
        self._tally.event("acknowledged over HTTP: edits")

    def _order(self, _chance: random.Random) -> None:
        answer = self._answered(
            "POST", "/api/codes/bulk", {"kind": "VOUCHER", "count": ORDERED, "name": "In bulk"}
        )
        if answer.status != 202:
            self._tally.violated(f"an order was answered with {answer}")
            return
        self.orders.append(answer.body["id"])
        self._tally.event("acknowledged over HTTP: orders of codes")
        self._over.wait(1.0)

    def _check_scans(self) -> None:
        stored = {row["id"] for row in self._rows("SELECT id FROM scans WHERE network_id = $1")}
        lost = [scan for scan in self.scans if scan not in stored]
        if lost or len(set(self.scans)) != len(self.scans):
            self._tally.event("losses", len(lost))
            self._tally.violated(f"{len(lost)} of {len(self.scans)} acknowledged scans are not stored")

    def _check_uses(self) -> None:
        """Every use was asked for until it was answered, so that the books show the answers and nothing else."""
        rows = self._rows(
            """SELECT c.id, c.uses, c.max_uses, count(r.event) AS booked FROM codes c
            LEFT JOIN redemptions r ON r.network_id = c.network_id AND r.code_id = c.id
            WHERE c.network_id = $1 AND c.id = ANY ($2::bigint[]) GROUP BY c.id, c.uses, c.max_uses""",
            [code["id"] for code in self._vips],
        )
        for row in rows:
            said = self.used[row["id"]]
            if row["booked"] < said:
                self._tally.event("losses", said - row["booked"])
            if not said == row["booked"] == row["uses"] <= (row["max_uses"] or said):
                self._tally.violated(f"VIP code {row['id']} was used {said} times by the answers: {row}")

    def _check_edits(self) -> None:
        (row,) = self._rows("SELECT name FROM campaigns WHERE network_id = $1 AND id = $2", self._campaign)
        if row["name"] != f"Edit {self.edits}":
            self._tally.violated(f"edit {self.edits} was acknowledged, and {row['name']} stands")

    def _check_orders(self) -> None:
        """Every order is done in the end, with as many codes as were asked for, and nobody ordered twice."""
        deadline = time.monotonic() + ANSWERED_S
        while True:
            rows = self._rows(
                """SELECT b.id, b.status, count(c.id) AS codes FROM code_batches b
                LEFT JOIN codes c ON c.network_id = b.network_id AND c.batch_id = b.id
                WHERE b.network_id = $1 GROUP BY b.id, b.status"""
            )
            if all(row["status"] == "done" for row in rows) or time.monotonic() > deadline:
                break
            time.sleep(AGAIN_S)
        wrong = [row for row in rows if row["status"] != "done" or row["codes"] != ORDERED]
        if wrong or sorted(row["id"] for row in rows) != sorted(self.orders):
            self._tally.violated(f"{len(self.orders)} orders of {ORDERED} codes were taken: {wrong or rows}")

    def _answered(
        self, method: str, path: str, asked: object, *, token: str | None = None, form: str = JSON
    ) -> Answer:
        """Ask under one key until there is an answer."""
        key, deadline = str(uuid4()), None
        while True:
            answer = self._ask(method, path, asked, key=key, token=token, form=form)
            if answer is not None and answer.status not in LATER:
                return answer
            if self._over.is_set():
                deadline = deadline or time.monotonic() + ANSWERED_S
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{method} {path} has no answer: {answer}")
            time.sleep(AGAIN_S)

    def _must(self, method: str, path: str, asked: object) -> Any:
        answer = self._ask(method, path, asked, key=str(uuid4()))
        if answer is None or answer.status >= 300:
            raise RuntimeError(f"{method} {path} was answered with {answer}")
        return answer.body

    def _ask(
        self,
        method: str,
        path: str,
        asked: object,
        *,
        key: str | None = None,
        known: bool = True,
        token: str | None = None,
        form: str = JSON,
    ) -> Answer | None:
        """Ask once; None where nobody knows what became of it."""
        headers = {"Content-Type": form, **(self._headers if known else {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(
            f"{self._url}{path}",
            asked.encode()
            if isinstance(asked, str)
            else None
            if asked is None
            else json.dumps(asked).encode(),
            headers,
            method=method,
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            status, content = _sent(opener, request)
            answer = Answer(status, json.loads(content))
        except (OSError, HTTPException, ValueError):
            # Not answered, or cut short somewhere between status and end.
            return None
        if status == 500:
            self._tally.violated(f"{method} {path} met a bug: {answer}")
        return answer

    def _rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self._network.central.rows(statement, self._network.id, *values)


def _sent(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()

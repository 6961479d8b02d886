"""What guests and the office do with vouchers and points over HTTP while central is killed; and files of codes.

Asked through :class:`~tests.simulation.processes.errands.Errands`, each again under its key until it has an answer.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from sync.central.clock import SYSTEM_CLOCK
from sync.central.database import connected
from sync.central.secrets import load_secrets
from sync.central.services.sessions import Owner, open_session
from sync.central.services.tokens import Tokens
from tests.builders.real_network import RealNetwork
from tests.simulation.processes.tally import Tally

GUESTS, VOUCHERS, USES = 5, 24, 3
LINES = 60
"""Of each file of codes."""


class Answered(Protocol):
    """An answer of central."""

    @property
    def status(self) -> int:
        """Its status."""
        ...

    @property
    def body(self) -> Any:
        """What was said."""
        ...


class Ask(Protocol):
    """Asks until there is an answer."""

    def __call__(
        self, method: str, path: str, asked: object, *, token: str | None = None, form: str = ...
    ) -> Answered:
        """Return it; ``token`` is a guest's, else the owner asks."""
        ...


class GuestErrands:
    """Guests with wallets and points, and what was answered about them."""

    def __init__(self, network: RealNetwork, ask: Ask, tally: Tally) -> None:
        """Register guests and make vouchers; central must be well."""
        self._network, self._ask, self._tally = network, ask, tally
        self._guests = [
            self._made("/api/guests", {"name": f"Guest {number}", "phone": f"+49 30 5550{number:02}"})[
                "guest"
            ]["id"]
            for number in range(GUESTS)
        ]
        self._tokens = asyncio.run(self._signed_in())
        self._vouchers = [
            self._made("/api/v1/vouchers", {"name": f"Treat {number}", "maxUses": USES})
            for number in range(VOUCHERS)
        ]
        self._claimed: set[tuple[int, int]] = set()
        self._redeemed: Counter[int] = Counter()
        self._points: Counter[int] = Counter()
        self._booked: Counter[int] = Counter()
        self._files: set[str] = set()
        self._numbers = itertools.count(1)

    @property
    def plans(self) -> tuple[Callable[[random.Random], None], ...]:
        """What is done again and again, each on a thread of its own."""
        return (self._visit, self._visit)

    def check(self) -> None:
        """Look whether what was answered stands, and nothing stands twice."""
        self._check_wallets()
        self._check_redeemed()
        self._check_points()
        self._check_files()

    def _made(self, path: str, asked: object) -> Any:
        answer = self._ask("POST", path, asked)
        if answer.status != 201:
            raise RuntimeError(f"POST {path} was answered with {answer}")
        return answer.body

    def _visit(self, chance: random.Random) -> None:
        """Do one of all that, by lot: bookings of points, which meet each other, most often."""
        todo = (self._claim, self._redeem, self._book, self._book, self._import)
        chance.choices(todo, (6, 6, 6, 6, 1))[0](chance)

    async def _signed_in(self) -> list[str]:
        """Sign the guests in, without text messages."""
        secrets = load_secrets(self._network.central.data)
        tokens = Tokens(secrets.jwt_key, secrets.link_key, SYSTEM_CLOCK)
        async with (
            connected(self._network.central.dsn(), max_connections=1) as database,
            database.network_transaction(self._network.id) as connection,
        ):
            return [
                (await open_session(connection, tokens, self._network.id, Owner(guest=guest))).access_token
                for guest in self._guests
            ]

    def _claim(self, chance: random.Random) -> None:
        number, voucher = chance.randrange(GUESTS), chance.choice(self._vouchers)
        answer = self._ask("POST", f"/api/v1/vouchers/{voucher['id']}/claim", {}, token=self._tokens[number])
        if answer.status == 201:
            claim = (self._guests[number], voucher["codeId"])
            if claim in self._claimed:
                self._tally.violated(f"{claim} was claimed twice")
            self._claimed.add(claim)
            self._tally.event("acknowledged over HTTP: claims")
        elif answer.status not in (400, 409, 422):
            self._tally.violated(f"a claim was answered with {answer}")

    def _redeem(self, chance: random.Random) -> None:
        guest, voucher = chance.choice(self._guests), chance.choice(self._vouchers)
        asked = {"customerId": guest, "scanSource": "CAMERA"}
        answer = self._ask("POST", f"/api/v1/vouchers/{voucher['id']}/redeem", asked)
        if answer.status == 200:
            self._redeemed[voucher["codeId"]] += 1
            self._tally.event("acknowledged over HTTP: redemptions of vouchers")
        elif answer.status != 422:
            self._tally.violated(f"a redemption was answered with {answer}")

    def _book(self, chance: random.Random) -> None:
        guest = chance.choice(self._guests)
        asked: dict[str, Any] = {"restaurant_id": self._network.restaurant}
        if chance.random() < 0.5:
            asked |= {"type": "MANUAL", "points": chance.randint(1, 9), "reason": "apology"}
        else:
            asked |= {"type": "REDEMPTION", "points": chance.randint(1, 9)}
        answer = self._ask("POST", f"/api/guest/{guest}/transaction", asked)
        if answer.status == 201:
            self._points[guest] += answer.body["points"]
            self._booked[guest] += 1
            self._tally.event("acknowledged over HTTP: bookings of points")
        elif asked["type"] == "MANUAL" or answer.status not in (400, 409, 422):
            self._tally.violated(f"a booking of points was answered with {answer}")

    def _import(self, _chance: random.Random) -> None:
        """Hand in a file. Asked again after an answer that was lost, all of it is there, and never a part."""
        number = next(self._numbers)
        lines = [f"PROMO,FILE{number}-{line},Filed,2,Filed" for line in range(LINES)]
        file = "\n".join(["kind,code,name,max_uses,campaign", *lines, ""])
        answer = self._ask("POST", "/api/codes/import", file, form="text/csv")
        if answer.status == 409:
            # Another file is just being taken, or this one, whose first try has lost its answer: it is let be.
            return
        if answer.status != 200 or {answer.body["imported"], answer.body["refused"]} != {LINES, 0}:
            self._tally.violated(f"a file of {LINES} codes was answered with {answer}")
            return
        self._files.add(f"FILE{number}")
        self._tally.event("acknowledged over HTTP: files of codes")

    def _check_wallets(self) -> None:
        rows = self._rows("SELECT guest_id, code_id FROM wallet_claims WHERE network_id = $1")
        self._compare("claims", Counter(self._claimed), Counter((r["guest_id"], r["code_id"]) for r in rows))

    def _check_redeemed(self) -> None:
        rows = self._rows(
            """SELECT c.id, c.uses, count(r.event) AS booked FROM codes c
            LEFT JOIN redemptions r ON r.network_id = c.network_id AND r.code_id = c.id
            WHERE c.network_id = $1 AND c.id = ANY ($2::bigint[]) GROUP BY c.id, c.uses""",
            [voucher["codeId"] for voucher in self._vouchers],
        )
        self._compare("redemptions", self._redeemed, Counter({row["id"]: row["booked"] for row in rows}))
        if any(not row["uses"] == row["booked"] <= USES for row in rows):
            self._tally.violated(f"vouchers were used beyond their limit: {rows}")

    def _check_points(self) -> None:
        rows = self._rows(
            """SELECT g.id, g.points, count(t.id) AS booked FROM guests g
            LEFT JOIN guest_transactions t ON t.network_id = g.network_id AND t.guest_id = g.id
            WHERE g.network_id = $1 AND g.id = ANY ($2::bigint[]) GROUP BY g.id, g.points""",
            self._guests,
        )
        self._compare("bookings", self._booked, Counter({row["id"]: row["booked"] for row in rows}))
        self._compare("points", self._points, Counter({row["id"]: row["points"] for row in rows}))

    def _check_files(self) -> None:
        rows = self._rows(
            """SELECT split_part(code, '-', 1) AS file, count(*) AS codes FROM codes
            WHERE network_id = $1 AND code LIKE 'FILE%' GROUP BY 1"""
        )
        stored = {row["file"]: row["codes"] for row in rows}
        lost = self._files - stored.keys()
        if lost:
            self._tally.event("losses", LINES * len(lost))
        if lost or set(stored.values()) - {LINES}:
            self._tally.violated(f"of files of {LINES} codes {lost} are lost, and these stand: {stored}")

    def _compare(self, what: str, said: Counter[Any], stored: Counter[Any]) -> None:
        lost = (said - stored).total()
        if lost:
            self._tally.event("losses", lost)
        if +said != +stored:
            self._tally.violated(f"{what} were acknowledged as {said - stored}, and {stored - said} stands")

    def _rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self._network.central.rows(statement, self._network.id, *values)

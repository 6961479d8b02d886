"""What must hold when everything has healed, asked of central's commands, of PostgreSQL and of each till."""

from collections import Counter
from typing import Any

from sync.protocol.event import event_hash, read_envelope
from tests.simulation.processes.kiosk import Kiosk
from tests.simulation.processes.nursery import Nursery
from tests.simulation.processes.scene import Home, Scene
from tests.simulation.processes.tally import Tally

SETTLE_S = 120.0
FATAL_CASES = ("fork", "batch_broken", "lease_unknown", "lease_of_another", "lease_not_open", "over_spent")
"""No till of a run is cloned, restored or declared lost: none of these can come of a mere kill."""

_USED = """
    SELECT c.id, c.uses, c.max_uses, coalesce(m.exposure, 0) AS exposure,
        (SELECT count(*) FROM events e WHERE e.network_id = c.network_id AND e.code_id = c.id
            AND e.kind = 'redemption')
        + (SELECT count(*) FROM redemptions r WHERE r.network_id = c.network_id AND r.code_id = c.id
            AND r.till_id IS NULL) AS redemptions
    FROM codes c LEFT JOIN limits m
        ON m.network_id = c.network_id AND m.kind = 'uses' AND m.subject = c.id AND m.guest = 0
    WHERE c.network_id = $1"""

_JOURNAL = """
    SELECT incarnation, branch, seq, event::text AS event, kind, hash, body, quarantined
    FROM events WHERE network_id = $1 AND till_id = $2 ORDER BY incarnation, branch, seq"""


class Promise:
    """Checks one scene at rest; whatever does not hold becomes a violation."""

    def __init__(self, scene: Scene, nursery: Nursery, tally: Tally) -> None:
        """Check what ``scene`` says against what stands in central."""
        self._scene = scene
        self._nursery = nursery
        self._tally = tally

    def check(self) -> None:
        """Settle every till, then look at everything."""
        for home in self._scene.homes:
            self._settle(home)
        for home in self._scene.homes:
            self._check_journal(home)
            self._check_export(home)
        self._check_uses()
        self._check_limits()
        self._check_cases()

    def _settle(self, home: Home) -> None:
        status, _ = self._run(home, "kiosk", "--sync-and-exit")
        if status != 0:
            self._bad(home, f"is not settled after healing (status {status})")
        status, lines = self._run(home, "journal", "verify")
        if status != 0 or not lines[0]["ok"]:
            self._bad(home, f"does not verify its own chain: {lines}")
        status, lines = self._run(home, "journal", "status")
        if status != 0 or lines[0]["unsettled"]:
            self._bad(home, f"still has unsettled events: {lines}")

    def _check_journal(self, home: Home) -> None:
        """Every answer stands in central once; the line is contiguous and its hashes are a chain."""
        rows = self._rows(_JOURNAL, home.till)
        stored = {row["event"]: row for row in rows}
        if len(stored) != len(rows):
            self._bad(home, "has one event twice in central")
        previous = bytes(32)
        for expected, row in enumerate(rows, start=1):
            envelope = read_envelope(row["body"])
            if (row["branch"], row["seq"], envelope.seq) != (0, expected, expected):
                self._bad(home, f"has {row['branch']}/{row['seq']} where 0/{expected} belongs")
            if event_hash(row["body"]) != row["hash"] or bytes.fromhex(envelope.previous) != previous:
                self._bad(home, f"has a broken chain at {expected}")
            previous = row["hash"]
            if row["quarantined"] is not None:
                self._bad(home, f"has event {expected} in quarantine: {row['quarantined']}")
        self._check_said(home, stored)

    def _check_said(self, home: Home, stored: dict[str, dict[str, Any]]) -> None:
        said = [answer for answer in home.said if answer["event"] is not None]
        repeated = [event for event, times in Counter(each["event"] for each in said).items() if times > 1]
        if repeated:
            self._bad(home, f"said {len(repeated)} events twice, the first {repeated[0]}")
        for answer in said:
            kept = stored.get(answer["event"])
            kind = "redemption" if answer["verdict"] == "accept" else "attempt"
            if kept is None:
                self._tally.event("losses")
                self._bad(home, f"said {answer['event']} ({answer['verdict']}), which central does not have")
            elif (kept["seq"], kept["kind"]) != (answer["seq"], kind):
                self._bad(
                    home,
                    f"said {answer['event']} as {answer['seq']}/{kind}, kept {kept['seq']}/{kept['kind']}",
                )
        unsaid = sum(row["kind"] in ("redemption", "attempt") for row in stored.values()) - len(said)
        self._tally.events[f"committed and not said ({home.folder.name})"] = unsaid

    def _check_export(self, home: Home) -> None:
        """The office's own command tells the same."""
        exported = self._scene.network.events(home.till)
        accepted = [answer["event"] for answer in home.said if answer["verdict"] == "accept"]
        times = Counter(event["event"] for event in exported if event["kind"] == "redemption")
        lost = [event for event in accepted if times[event] != 1]
        if lost:
            self._bad(
                home, f"accepted {len(lost)} that export-journal does not show once, the first {lost[0]}"
            )

    def _check_uses(self) -> None:
        for row in self._rows(_USED):
            most = row["max_uses"]
            if row["uses"] != row["redemptions"]:
                self._tally.violated(
                    f"code {row['id']} counts {row['uses']} uses of {row['redemptions']} redemptions"
                )
            if most is not None and row["redemptions"] > most + row["exposure"]:
                self._tally.violated(f"code {row['id']} was used {row['redemptions']} times of {most}: {row}")
            if row["exposure"]:
                self._tally.event("exposure", row["exposure"])
        for code in sorted(self._scene.max_uses)[:: max(1, len(self._scene.max_uses) // 5)]:
            status = self._scene.network.status(code)
            if status["uses"] > self._scene.max_uses[code] + status["exposure"]:
                self._tally.violated(f"code-status of {code} says {status}")

    def _check_limits(self) -> None:
        for limit in self._scene.network.broken_limits():
            self._tally.violated(f"outstanding units are not what open leases hold: {limit}")

    def _check_cases(self) -> None:
        for row in self._rows(
            "SELECT kind, count(*) AS times FROM cases WHERE network_id = $1 GROUP BY kind"
        ):
            if row["kind"] in FATAL_CASES:
                self._tally.violated(f"{row['times']} cases of {row['kind']}, which no kill explains")
            self._tally.events[f"cases: {row['kind']}"] = row["times"]

    def _run(self, home: Home, *words: str) -> tuple[int | None, list[dict[str, Any]]]:
        kiosk: Kiosk = self._nursery.start(home.folder, *words)
        return kiosk.stop(SETTLE_S), kiosk.answers

    def _rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self._scene.network.central.rows(statement, self._scene.network.id, *values)

    def _bad(self, home: Home, what: str) -> None:
        self._tally.violated(f"{home.folder.name} {what}")

"""Make one till's journal as today's program writes it, to be kept for all programs to come.

Run it from the root of the tree whose program is to be remembered, once for each released event version or
file version, and commit what it makes:

    python tests/upgrades/make_corpus.py tests/upgrades/corpus NAME

It uses only what every program so far has had. What is in a journal of the corpus is never changed.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from sync.protocol import payloads
from sync.protocol.event import Spend
from sync.protocol.payloads import Attempt, Sale, SaleLine, SessionClosed, SessionOpened
from sync.till.journal.entries import Entry
from tests.builders.till import enrolled_till, leased, redemption, sale, use

DIGEST = "00" * 16


def sell_a_day(folder: Path) -> dict[str, object]:
    """Record one event of each kind that a day has; return what it must come to at central."""
    till = enrolled_till(folder)
    journal = till.journal
    lease, unused = leased(till, units=3), leased(till, units=2)
    journal.commit([Entry(payload=SessionOpened(method="pin"), staff=9)])
    for _ in range(2):
        event = journal.new_event_id()
        journal.commit([use(7, lease=lease, event=event), sale(event)])
    journal.commit(
        [Entry(payload=Attempt(outcome="refuse", reason="unknown_code", source="TYPED", digest=DIGEST))]
    )
    journal.commit([Entry(payload=redemption(7), spends=(Spend(lease, 1),))])
    points = Sale(
        receipt=77,
        currency="EUR",
        lines=(SaleLine(amount_minor=900), SaleLine(amount_minor=100, quantity=2)),
        total_minor=1000,
        discount_minor=0,
        paid_minor=1000,
        points_earned=10,
        guest_id=5,
    )
    journal.commit([Entry(payload=points)])
    journal.close_lease(unused, "not needed")
    journal.commit([Entry(payload=SessionClosed(why="signed_out"), staff=9)])
    batch = journal.unsettled()
    assert batch is not None
    versions = {kind: payload.KIND_VERSION for kind, payload in payloads._PAYLOADS.items()}
    expected: dict[str, object] = {
        "public_key": till.signing_key.public.hex(),
        "leases": {str(lease): 3, str(unused): 2},
        "events": [[event.body.decode(), event.signature.hex()] for event in batch.events],
        "versions": versions,
        "effects": {
            "uses": 3,
            "spent": 3,
            "closed": [str(unused)],
            "sales": 3,
            "attempts": 1,
            "paid_minor": 3250,
            "points": 10,
        },
    }
    till.close()
    return expected


def main(corpus: Path, name: str) -> None:
    """Make ``corpus/NAME`` with the home's files and what is expected of them."""
    with tempfile.TemporaryDirectory() as scratch:
        expected = sell_a_day(Path(scratch))
        target = corpus / name
        (target / "secret").mkdir(parents=True)
        for file in ("journal.db", "secret/till.key"):
            shutil.copyfile(Path(scratch) / "home" / file, target / file)
        (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

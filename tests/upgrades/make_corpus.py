"""Make one till's journal as today's program writes it, to be kept for all programs to come.

Run it from the root of the tree whose program is to be remembered, once for each released event version or
file version, and commit what it makes:

    python tests/upgrades/make_corpus.py tests/upgrades/corpus NAME [all_kinds|new_life]

``all_kinds`` (the default) has every kind of event that the program knows, and of each as many fields as make sense
together; ``new_life`` is what a till writes whose newest event was damaged. It uses only what every program has had
since there are voids, leaves out what the program does not know, and says in ``expected.json`` what central must make
of the rest. What is in a journal of the corpus is never changed.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

# The program is that of the tree, what it is asked to do stands beside this file.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path.cwd()))

from sync.protocol.event import read_envelope
from sync.protocol.upload import Ack, Batch
from tests.builders.till import new_till
from tests.upgrades.all_kinds import all_kinds
from tests.upgrades.day import KINDS, Day, fields_of
from tests.upgrades.new_life import new_life


def handed_in(folder: Path) -> list[Batch]:
    """Return what goes up of a journal, life by life."""
    till = new_till(folder)
    batches = []
    while (batch := till.journal.unsettled()) is not None:
        if till.journal.find_damage(batch):
            batch = till.journal.unsettled() or batch
        batches.append(batch)
        last = batch.from_seq + len(batch.events) - 1
        till.journal.acknowledge(Ack(applied=last, want=last + 1), incarnation=batch.incarnation)
    till.close()
    return batches


def expected(day: Day, batches: list[Batch]) -> dict[str, Any]:
    """Say what these batches are and what they must come to."""
    kinds = {
        read_envelope(event.body).kind
        for batch in batches
        for seq, event in enumerate(batch.events, batch.from_seq)
        if seq not in batch.damaged
    }
    return {
        "public_key": day.till.signing_key.public.hex(),
        "leases": day.leases,
        "points_before": day.points_before,
        "lives": [
            {
                "incarnation": batch.incarnation,
                "events": [[event.body.decode(), event.signature.hex()] for event in batch.events],
                "damaged": list(batch.damaged),
                "last_hash": batch.last_hash.hex(),
                "guest_keys": {
                    str(event): sealed.hex() for event, sealed in getattr(batch, "guest_keys", {}).items()
                },
            }
            for batch in batches
        ],
        "versions": {kind: KINDS[kind].KIND_VERSION for kind in sorted(kinds)},
        "fields": fields_of(kinds),
        "effects": {**day.sums, **day.lists},
    }


def main(corpus: Path, name: str, what: str = "all_kinds") -> None:
    """Make ``corpus/NAME`` with the home's files and what is expected of them."""
    with tempfile.TemporaryDirectory() as scratch:
        day = {"all_kinds": all_kinds, "new_life": new_life}[what](Path(scratch))
        target = corpus / name
        (target / "secret").mkdir(parents=True)
        for file in ("journal.db", "secret/till.key"):
            shutil.copyfile(Path(scratch) / "home" / file, target / file)
        said = json.dumps(expected(day, handed_in(Path(scratch))), indent=1)
        (target / "expected.json").write_text(said + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

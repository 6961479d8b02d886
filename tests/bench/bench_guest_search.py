"""Finding a guest among a million in the encrypted replica, as a cashier types: by name, phone, and both.

The reference is what the same file costs without the index: reading every guest's words once.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Change, ChunkInfo, GuestRow, Manifest, Table
from sync.protocol.wire import pack
from sync.rules.sale import Guest
from sync.till.cache.replica import Cache
from tests.bench.measurement import Measurement
from tests.bench.timing import percentile

GUESTS, CHUNK = 1_000_000, 20_000
LOOKS, SHOWN = 400, 30
KEY, DIGEST_KEY = bytes(range(32)), bytes(range(32, 64))
GOAL = "p99 ≤ 50 ms"
_SYLLABLES = [
    "an",
    "be",
    "ca",
    "do",
    "el",
    "fa",
    "go",
    "hi",
    "ja",
    "ka",
    "lo",
    "ma",
    "ne",
    "os",
    "pe",
    "qu",
    "ra",
    "sa",
    "te",
    "ul",
    "va",
    "wi",
    "xe",
    "yo",
    "za",
]
_ENDINGS = ("ova", "sen", "er", "mann", "ez", "ic")
_FIRST_NAMES, _SURNAMES = 2_000, 40_000

Query = Callable[[str, str], str]
QUERIES: dict[str, Query] = {
    "two_letters": lambda name, _phone: name[:2],
    "first_name": lambda name, _phone: name.split()[0],
    "whole_name": lambda name, _phone: name,
    "two_beginnings": lambda name, _phone: " ".join(word[:2] for word in name.split()),
    "last_four": lambda _name, phone: phone[-4:],
    "name_and_last_four": lambda name, phone: f"{name.split()[0][:3]} {phone[-4:]}",
    "whole_phone": lambda _name, phone: phone,
    "nobody": lambda name, _phone: f"{name[:3]} zzzz",
}


def run() -> list[Measurement]:
    """Load a million guests, then search as many ways as a person does."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        cache = Cache(Path(folder) / "cache.db", KEY, DIGEST_KEY)
        people, loading_s = _load(cache)
        random = Random(7)
        measured = []
        every: list[float] = []
        for name, query in QUERIES.items():
            spent = [_spent_ms(cache, query(*random.choice(people))) for _ in range(LOOKS)]
            every += spent
            measured.append(_figure(f"guests.search.{name}", spent))
        alike = [_like_ms(cache, random.choice(people)[0]) for _ in range(LOOKS // 2)]
        measured.append(_figure("guests.nearly_same_name", alike, "(no goal)"))
        reading_ms = _read_all_ms(cache)
        cache.close()
        measured.append(
            Measurement(
                name="guests.search.all",
                value=percentile(every, 99),
                unit="ms",
                goal=GOAL,
                reference=reading_ms,
                ratio=percentile(every, 99) / reading_ms,
                note=f"median {median(every):.2f} ms of {len(every):,}; the reference reads all rows once",
            )
        )
        measured.append(
            Measurement(
                name="guests.load",
                value=loading_s,
                unit="s",
                goal="(no goal)",
                note=f"{GUESTS:,} guests of a snapshot, indexed as they come",
            )
        )
    return measured


def _figure(name: str, spent: list[float], goal: str = GOAL) -> Measurement:
    return Measurement(
        name=name,
        value=percentile(spent, 99),
        unit="ms",
        goal=goal,
        note=f"p99 of {len(spent)}; median {median(spent):.2f} ms",
    )


def _spent_ms(cache: Cache, text: str) -> float:
    started = time.perf_counter()
    cache.guests.search(text, SHOWN)
    return (time.perf_counter() - started) * 1000


def _like_ms(cache: Cache, name: str) -> float:
    started = time.perf_counter()
    cache.guests.by_like_name(name, 5)
    return (time.perf_counter() - started) * 1000


def _read_all_ms(cache: Cache) -> float:
    started = time.perf_counter()
    cache.read(
        lambda connection: connection.execute(
            "SELECT count(*) FROM guests WHERE name LIKE '%zzzz%'"
        ).fetchone()
    )
    return (time.perf_counter() - started) * 1000


def _load(cache: Cache) -> tuple[list[tuple[str, str]], float]:
    """Load the guests as a snapshot brings them; return some of them, and how long it took."""
    random = Random(11)
    firsts, lasts = _names(random, _FIRST_NAMES, 3), _names(random, _SURNAMES, 4)
    chunks = tuple(ChunkInfo(1, b"", CHUNK) for _ in range(GUESTS // CHUNK))
    rebuild = cache.begin_rebuild(
        Manifest(snapshot=1, network=1, epoch="bench", number=1, rows=GUESTS, chunks=chunks)
    )
    people: list[tuple[str, str]] = []
    spent = 0.0
    for number in range(len(chunks)):
        some = [_person(random, firsts, lasts) for _ in range(CHUNK)]
        people += random.sample(some, 50)
        changes = [
            Change(Table.GUEST, guest, 1, pack(_row(guest, *one)))
            for guest, one in enumerate(some, number * CHUNK + 1)
        ]
        started = time.perf_counter()
        rebuild.add(number, changes)
        spent += time.perf_counter() - started
    started = time.perf_counter()
    rebuild.finish()
    return people, spent + time.perf_counter() - started


def _names(random: Random, count: int, longest: int) -> list[str]:
    return [
        ("".join(random.choices(_SYLLABLES, k=random.randint(1, longest))) + random.choice(_ENDINGS)).title()
        for _ in range(count)
    ]


def _person(random: Random, firsts: list[str], lasts: list[str]) -> tuple[str, str]:
    """Make somebody; a few names are many people's, as everywhere."""
    first = firsts[min(int(random.expovariate(6 / len(firsts))), len(firsts) - 1)]
    last = lasts[min(int(random.expovariate(6 / len(lasts))), len(lasts) - 1)]
    return f"{first} {last}", f"+49{random.randrange(10**9, 10**10)}"


def _row(guest: int, name: str, phone: str) -> GuestRow:
    return GuestRow(
        guest=Guest(id=guest),
        name=name,
        phone_last4=phone[-4:],
        phone_digest=keyed_digest(DIGEST_KEY, Subject.PHONE, phone),
    )

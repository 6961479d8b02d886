"""Where a batch belongs, decided without a database."""

import pytest

from sync.central.services.journal.line import Gap, Held, Place, find_place
from sync.protocol.event import GENESIS


def h(name: str) -> bytes:
    return name.encode().ljust(32, b".")


MAIN = [Held(0, 1, h("a1")), Held(0, 2, h("a2")), Held(0, 3, h("a3"))]
TWIN = [Held(1, 3, h("b3")), Held(1, 4, h("b4"))]


def place(
    names: list[str], after: bytes, from_seq: int, held: list[Held] = MAIN, applied: int = 3
) -> Place | Gap:
    return find_place([h(name) for name in names], after, from_seq=from_seq, held=held, applied=applied)


@pytest.mark.parametrize(
    ("names", "after", "from_seq", "held", "expected"),
    [
        (["a1"], GENESIS, 1, [], Place(0, 0, GENESIS, fork=False)),
        (["a4"], h("a3"), 4, MAIN, Place(0, 0, h("a3"), fork=False)),
        (["a2", "a3", "a4"], h("a1"), 2, MAIN, Place(2, 0, h("a3"), fork=False)),
        (["a1", "a2"], GENESIS, 1, MAIN, Place(2, 0, h("a2"), fork=False)),
        (["b3"], h("a2"), 3, MAIN, Place(0, 0, h("a2"), fork=True)),
        (["a2", "b3"], h("a1"), 2, MAIN, Place(1, 0, h("a2"), fork=True)),
        (["b3", "b4", "b5"], h("a2"), 3, MAIN + TWIN, Place(2, 1, h("b4"), fork=False)),
        (["c5"], h("b4"), 5, MAIN + TWIN, Place(0, 1, h("b4"), fork=False)),
        (["c4"], h("b3"), 4, MAIN + TWIN, Place(0, 1, h("b3"), fork=True)),
        (["c3"], h("a2"), 3, MAIN + TWIN, Place(0, 0, h("a2"), fork=True)),
        (["c1"], GENESIS, 1, MAIN, Place(0, 0, GENESIS, fork=True)),
        (["c1"], h("??"), 1, [], Place(0, 0, GENESIS, fork=False)),
        (["a6"], h("a5"), 6, [], Gap(4)),
        (["c3"], h("??"), 3, MAIN, Gap(1)),
        (["c4"], h("??"), 4, MAIN, Gap(1)),
    ],
)
def test_a_batch_finds_its_place(
    names: list[str], after: bytes, from_seq: int, held: list[Held], expected: Place | Gap
) -> None:
    assert place(names, after, from_seq, held) == expected


def test_going_back_for_an_unknown_line_ends_at_the_beginning() -> None:
    wants, from_seq = [], 2_000
    while from_seq > 1:
        found = find_place([h("x")], h("??"), from_seq=from_seq, held=[], applied=2_500)
        assert isinstance(found, Gap)
        assert found.want < from_seq
        wants.append(found.want)
        from_seq = found.want
    assert wants == [1_500, 1_000, 500, 1]

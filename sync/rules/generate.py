"""New codes: drawn from the operating system's randomness, and never one that exists already."""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sync.rules.check_character import check_character
from sync.rules.code import Kind
from sync.rules.code_form import CodeForm, require_sound_form
from sync.rules.normalise import fold

MAX_CODES_PER_CALL = 1_000_000
MAX_BATCH = 10_000
"""How many candidates are compared with the existing codes at once."""

MAX_ROUNDS_WITHOUT_NEW = 20

_BYTE_VALUES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """New codes and what was drawn for each of them, in bits."""

    codes: tuple[str, ...]
    entropy_bits: float


def make_codes(
    form: CodeForm,
    count: int,
    *,
    kind: Kind,
    living: int = 0,
    existing: Callable[[Sequence[str]], Collection[str]] = lambda _folded: (),
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> Generated:
    """Make so many codes of a form, none of which exists.

    ``living`` is how many codes of this form there are already; ``existing`` is asked with folded texts,
    at most :data:`MAX_BATCH` at once, and returns those of them that exist. Raises ``UserError`` for a
    form that is unsound or guessable, ``ValueError`` for a count out of range, and ``RuntimeError`` when
    nothing but existing codes is drawn, which cannot happen by chance.
    """
    if not 1 <= count <= MAX_CODES_PER_CALL:
        msg = f"between 1 and {MAX_CODES_PER_CALL} codes can be made at once"
        raise ValueError(msg)
    require_sound_form(form, kind, living + count)
    codes: list[str] = []
    taken: set[str] = set()
    bodies = _bodies(form, draw)
    rounds = 0
    while len(codes) < count:
        batch = {fold(code): code for code in _batch(form, bodies, min(count - len(codes), MAX_BATCH))}
        fresh = batch.keys() - taken
        fresh -= set(existing(tuple(fresh)))
        rounds = 0 if fresh else rounds + 1
        if rounds >= MAX_ROUNDS_WITHOUT_NEW:
            msg = f"{rounds} rounds brought no new code"
            raise RuntimeError(msg)
        taken |= fresh
        codes += [batch[folded] for folded in batch if folded in fresh]
    return Generated(codes=tuple(codes), entropy_bits=form.entropy_bits)


def _batch(form: CodeForm, bodies: Iterator[str], count: int) -> list[str]:
    made = [next(bodies) for _ in range(count)]
    if form.check:
        made = [body + check_character(body, form.alphabet) for body in made]
    return [form.prefix + body for body in made]


def _bodies(form: CodeForm, draw: Callable[[int], bytes]) -> Iterator[str]:
    """Cut an endless stream of random signs into bodies.

    A byte is taken only below the greatest multiple of the alphabet's size, so that every sign is
    equally likely; translating bytes is by far the fastest way to do so.
    """
    signs = form.alphabet.encode("ascii")
    fair = _BYTE_VALUES - _BYTE_VALUES % len(signs)
    table = bytes(signs[value % len(signs)] for value in range(_BYTE_VALUES))
    unfair = bytes(range(fair, _BYTE_VALUES))
    rest = ""
    while True:
        rest += draw(form.length * 1_024).translate(table, unfair).decode("ascii")
        whole = len(rest) - len(rest) % form.length
        for start in range(0, whole, form.length):
            yield rest[start : start + form.length]
        rest = rest[whole:]

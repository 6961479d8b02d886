"""New codes beside ten million that exist already, in a space so crowded that one draw in eleven is taken.

With the usual length two codes meet about never, which would prove nothing. Here 22 signs and 6 places make
113 million codes; a bit for each says whether it exists. Eleven million are made, a million at a time, and
at the end exactly eleven million bits must be set: one code made twice would leave a bit too few.
"""

import resource
import sys
import time
from collections.abc import Sequence

from sync.rules.code import Kind
from sync.rules.code_form import UNAMBIGUOUS, CodeForm
from sync.rules.generate import MAX_CODES_PER_CALL, make_codes
from sync.rules.normalise import fold
from tests.bench.measurement import Measurement

EXISTING = 10_000_000
FORM = CodeForm(alphabet=UNAMBIGUOUS[:22], length=6)
_DIGITS = "0123456789abcdefghijkl"
_TO_NUMBER = str.maketrans({fold(sign): digit for sign, digit in zip(FORM.alphabet, _DIGITS, strict=True)})
_KIB_PER_MIB = 1024


class _Taken:
    """A bit for every code of the form; exact, and small enough for any machine."""

    def __init__(self) -> None:
        self.bits = bytearray(len(FORM.alphabet) ** FORM.length // 8 + 1)
        self.met = 0

    def of(self, folded: Sequence[str]) -> list[str]:
        """Return those that exist, as the office's database does."""
        taken = []
        for text in folded:
            number = int(text.translate(_TO_NUMBER), len(_DIGITS))
            if self.bits[number >> 3] >> (number & 7) & 1:
                taken.append(text)
        self.met += len(taken)
        return taken

    def add(self, codes: Sequence[str]) -> None:
        for code in codes:
            number = int(fold(code).translate(_TO_NUMBER), len(_DIGITS))
            self.bits[number >> 3] |= 1 << (number & 7)

    def count(self) -> int:
        return int.from_bytes(self.bits, "little").bit_count()


def run() -> list[Measurement]:
    """Fill up to ten million, then measure one million more; about a minute."""
    taken = _Taken()
    first = _spent_s(taken, living=0)
    for living in range(MAX_CODES_PER_CALL, EXISTING, MAX_CODES_PER_CALL):
        _spent_s(taken, living=living)
    before = taken.met
    spent = _spent_s(taken, living=EXISTING)
    made = taken.count()
    if made != EXISTING + MAX_CODES_PER_CALL:
        msg = f"{EXISTING + MAX_CODES_PER_CALL - made} codes were made twice"
        raise AssertionError(msg)
    return [
        Measurement(
            name="rules.generate_against_10m",
            value=spent,
            unit="s",
            goal="no code twice",
            reference=first,
            ratio=spent / first,
            note=f"1 million new codes beside 10 million, {taken.met - before:,} draws met one that exists and were drawn "
            "again, all 11 million distinct; reference: the first million, beside none",
        ),
        Measurement(
            name="rules.generate_against_10m.memory",
            value=_peak_mib(),
            unit="MiB",
            goal="≤ 1024 MiB",
            note=f"the whole process at its peak when this runs alone; {len(taken.bits) / 2**20:.0f} MiB of it say what exists",
        ),
    ]


def _spent_s(taken: _Taken, *, living: int) -> float:
    """Make a million codes and remember them; only the making is timed."""
    start = time.perf_counter()
    # A referral code need not be hard to guess, so that the rules let it be this short.
    made = make_codes(FORM, MAX_CODES_PER_CALL, kind=Kind.REFERRAL, living=living, existing=taken.of)
    spent = time.perf_counter() - start
    taken.add(made.codes)
    return spent


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts KiB, macOS bytes.
    return peak / (_KIB_PER_MIB**2 if sys.platform == "darwin" else _KIB_PER_MIB)

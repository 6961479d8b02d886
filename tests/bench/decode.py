"""Our reader beside zxing-cpp and pyzbar, on folders of pictures, in one run.

    python -m tests.bench.decode --images DIR [--json]

``DIR/SET/NAME.img`` with the expected bytes in ``DIR/SET/NAME.txt``; a picture without a text beside it
holds no code. A hit is a picture of which one read is the expected one, by its bytes or by its text. A
picture is false when something was read though it holds no code, or when it was read and none of the
reads is the expected one.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import zxingcpp

from pos_app.scanner.decoder import Decoder
from pos_app.scanner.picture import unpack
from pos_app.scanner.read import Image
from sync.rules.user_error import UserError

Reads = Sequence[tuple[bytes, str]]
Reader = Callable[[Image], Reads]
NO_PICTURES = frozenset({".txt", ".md", ".json"})


@dataclass(frozen=True, slots=True)
class Score:
    """What one reader made of one set; times are of one picture, unpacked already."""

    reader: str
    set: str
    images: int
    hits: int
    false: int
    ms_median: float
    ms_p95: float


def readers() -> dict[str, Reader]:
    """Return what can be measured here; pyzbar is left out, with a word, when its library is missing."""
    found: dict[str, Reader] = {"ours": _ours, "zxing-cpp": _zxing}
    try:
        from pyzbar import pyzbar
    except ImportError as error:
        print(f"pyzbar is left out: {error}", file=sys.stderr)
        return found

    def _pyzbar(image: Image) -> Reads:
        symbols = pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])
        return [(symbol.data, symbol.data.decode("utf-8", "replace")) for symbol in symbols]

    found["pyzbar"] = _pyzbar
    return found


def measure(folder: Path) -> list[Score]:
    """Measure every reader on every set of a folder."""
    scores = []
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        pictures = list(_pictures(part))
        if pictures:
            scores += [_score(name, reader, part.name, pictures) for name, reader in readers().items()]
    return scores


def _score(
    name: str, reader: Reader, part: str, pictures: Sequence[tuple[Image | None, bytes | None]]
) -> Score:
    hits = false = 0
    times_ms = []
    for image, expected in pictures:
        began_s = time.perf_counter()
        reads = reader(image) if image is not None else []
        times_ms.append((time.perf_counter() - began_s) * 1000)
        right = any(expected in (raw, text.encode()) for raw, text in reads)
        hits += right
        false += bool(reads) and not right
    times_ms.sort()
    p95 = times_ms[min(len(times_ms) - 1, int(0.95 * len(times_ms)))]
    return Score(name, part, len(pictures), hits, false, round(statistics.median(times_ms), 2), round(p95, 2))


def _pictures(part: Path) -> Iterator[tuple[Image | None, bytes | None]]:
    """Yield pictures and what they say; a file that is no picture counts as one that nobody reads."""
    for path in sorted(part.iterdir()):
        if path.suffix.lower() in NO_PICTURES or not path.is_file():
            continue
        text = path.with_suffix(".txt")
        try:
            image = unpack(path.read_bytes())
        except UserError:
            image = None
        yield image, text.read_bytes() if text.exists() else None


def _ours(image: Image) -> Reads:
    return [(read.raw, read.text) for read in Decoder().decode(image)]


def _zxing(image: Image) -> Reads:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [(symbol.bytes, symbol.text) for symbol in found]


def main() -> int:
    """Print one line per reader and set."""
    parser = argparse.ArgumentParser(description="Measure QR readers on folders of pictures.")
    parser.add_argument("--images", type=Path, required=True, help="folder with SET/NAME.img and NAME.txt")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    if not chosen.images.is_dir():
        print(f"There is no folder {chosen.images}.", file=sys.stderr)
        return 1
    scores = measure(chosen.images)
    if not scores:
        print(f"There are no pictures in the folders of {chosen.images}.", file=sys.stderr)
        return 1
    for score in scores:
        print(json.dumps(asdict(score)) if chosen.json else _line(score))
    return 0


def _line(score: Score) -> str:
    return (
        f"{score.set:18} {score.reader:10} {score.hits:4} of {score.images:4} read, {score.false} false, "
        f"median {score.ms_median:6.2f} ms, p95 {score.ms_p95:6.2f} ms"
    )


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m tests.screens --out build/screens`: a picture of every screen and state.

The real window on real till files, in both languages, both themes, and the smallest and a usual size.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["COUNTERSIGN_KEYRING"] = "file"

SIZES = ((1024, 600), (1920, 1080))


def main() -> int:
    """Walk through every state in every dress; 1 when something is cut off, overlaps or is too small."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screens"))
    parser.add_argument("--language", choices=("en", "ru"))
    parser.add_argument("--theme", choices=("light", "dark"))
    parser.add_argument("--size", help="such as 1024x600")
    chosen = parser.parse_args()

    from pos_app.ui.app import make_application
    from tests.screens.walk import Dress, a_film, walk

    # Kept in a name: Qt needs its application until the last window is gone.
    application = make_application()
    sizes = [tuple(map(int, chosen.size.split("x")))] if chosen.size else SIZES
    count = faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        film = a_film(Path(scratch))
        for language in [chosen.language] if chosen.language else ["en", "ru"]:
            for theme in [chosen.theme] if chosen.theme else ["light", "dark"]:
                for width, height in sizes:
                    dress = Dress(language=language, theme=theme, width=width, height=height)
                    made, wrong = walk(dress, Path(scratch), chosen.out, film)
                    count += len(made)
                    print(*wrong, sep="\n", file=sys.stderr)
                    faults += len(wrong)
                    print(f"{dress.name}: {len(made)} pictures", flush=True)
    print(f"{count} pictures in {chosen.out}")
    application.quit()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

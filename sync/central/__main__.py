"""`python -m sync.central serve` runs central; `python -m sync.central admin …` manages it."""

import sys

from sync.central.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m sync.central serve` runs central; `python -m sync.central admin …` manages it."""

import sys

if __name__ == "__main__":
    # Worker processes import this module too, and must not load the whole command line.
    from sync.central.cli.main import main

    sys.exit(main(sys.argv[1:]))

"""How long a test waits for what must come. Nothing is measured by it: it ends a test that fails.

A wait costs nothing when it succeeds, so that there is one limit, and it is far longer than the slowest machine needs.
"""

LONG_S = 120.0
LONG_MS = int(LONG_S * 1000)

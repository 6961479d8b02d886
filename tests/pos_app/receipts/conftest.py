"""Pictures and PDF need Qt's fonts."""

import pytest


@pytest.fixture(autouse=True)
def _fonts(qapp: object) -> None:
    """Let Qt be there."""

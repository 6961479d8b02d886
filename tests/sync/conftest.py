"""Both halves, as they ship."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.central_process import CentralProcess, central_process
from tests.builders.real_network import RealNetwork

__all__ = ["central_process"]


@pytest.fixture
def network(central_process: CentralProcess, tmp_path: Path) -> Iterator[RealNetwork]:
    """A network of its own at the real central."""
    made = RealNetwork(central_process, tmp_path)
    try:
        yield made
    finally:
        made.close()

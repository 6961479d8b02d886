"""What the agent's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.agent_world import World, enrolled_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An enrolled till and its agent, beside a small central that does what the test tells it."""
    with enrolled_world(tmp_path) as made:
        yield made

"""What the command line's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.shop import Shop, a_shop


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop whose till is not enrolled yet."""
    with a_shop(tmp_path / "till") as shop:
        yield shop


@pytest.fixture
def shop(new_shop: Shop) -> Shop:
    new_shop.enrol()
    return new_shop

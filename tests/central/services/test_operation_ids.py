"""The id of an operation is made from its key, the same one for ever: else a repeated request would be done again."""

from uuid import UUID, uuid5

import pytest

from sync.central.services.idempotency import operation_id

_PLACE = UUID("6f1d3a52-9a3c-5f0e-8a67-1c9f0c1d2b77")


@pytest.mark.parametrize("key", ["a", "3f2a9b-123456", "Скидка ☕", "x" * 200])
@pytest.mark.parametrize("network", [1, 2**62])
def test_it_is_that_of_its_name_by_the_standard(network: int, key: str) -> None:
    made = operation_id(network, "staff:1", key)
    assert made == uuid5(_PLACE, f"{network}\0staff:1\0{key}")
    assert (made.version, hash(made)) == (5, hash(UUID(made.hex)))


def test_one_that_was_made_before_is_made_again() -> None:
    assert operation_id(1, "a", "b") == UUID("09b77bb4-d678-56be-896e-f1b16d9c2ba8")


def test_another_caller_key_or_network_makes_another() -> None:
    ids = {
        operation_id(1, "a", "b"),
        operation_id(2, "a", "b"),
        operation_id(1, "b", "b"),
        operation_id(1, "a", "c"),
    }
    assert len(ids) == 4

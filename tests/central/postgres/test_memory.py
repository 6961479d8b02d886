"""PostgreSQL's page cache fits the machine, or the container."""

from pathlib import Path

import pytest

from sync.central.postgres.memory import LEAST_MB, MOST_MB, buffers_mb, memory_bytes

GB = 1024**3


@pytest.mark.parametrize(
    ("memory", "buffers"), [(GB // 2, LEAST_MB), (4 * GB, 256), (16 * GB, MOST_MB), (512 * GB, MOST_MB)]
)
def test_a_sixteenth_of_the_memory_within_bounds(memory: int, buffers: int) -> None:
    assert buffers_mb(memory) == buffers


def test_a_container_has_what_it_may_use(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    machine = memory_bytes(limit)
    assert machine > 0
    limit.write_text("67108864\n")
    assert memory_bytes(limit) == 67108864
    for told in ("max\n", str(machine * 2)):
        limit.write_text(told)
        assert memory_bytes(limit) == machine

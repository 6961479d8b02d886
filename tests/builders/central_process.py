"""The real central as a real process on its embedded PostgreSQL, for tests that must not know the difference.

``start_central(folder)`` for a test that kills and restarts it; the fixture ``central_process`` for one that
many tests share (import it in the ``conftest.py`` of the folder that needs it).
"""

import asyncio
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from pos_app.demo.central import ROOT, LocalCentral
from sync.central.cli.main import main
from sync.central.postgres.cluster import PLACE_VARIABLE

CLONE = ROOT


class CentralProcess(LocalCentral):
    """A running ``python -m sync.central serve``. ``url`` stays the same through :meth:`restart`."""

    def __init__(self, folder: Path, *, workers: int = 1) -> None:
        # When root runs the tests, PostgreSQL runs as another account and must be able to enter its files.
        self._place = Path(tempfile.mkdtemp(prefix="countersign-place-"))
        self._place.chmod(0o755)
        super().__init__(folder / "central", workers=workers, environment={PLACE_VARIABLE: str(self._place)})
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def admin_here(self, *arguments: str, given: str = "") -> list[dict[str, Any]]:
        """Run an admin command in this process, which saves its start; return all that it printed."""
        output, errors = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            status = main(["admin", *arguments, "--data", str(self.data)])
        assert status == 0, f"admin {arguments} ended with {status}: {errors.getvalue()}"
        return [json.loads(line) for line in output.getvalue().splitlines()]

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Return rows of its PostgreSQL, past row-level security."""
        return asyncio.run(_rows(self.dsn(), statement, values))

    def dsn(self) -> str:
        """Return where its PostgreSQL listens."""
        return str(json.loads((self.data / "running.json").read_text())["dsn"])

    def restart(self) -> None:
        """Start it again on the same files and the same address, after :meth:`kill` or :meth:`stop`."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it if it runs, and remove what lies outside its folder."""
        self.stop()
        shutil.rmtree(self._place, ignore_errors=os.geteuid() != 0)


def start_central(folder: Path, *, workers: int = 1) -> CentralProcess:
    """Start central on a folder of its own; whoever starts it calls ``close``."""
    return CentralProcess(folder, workers=workers)


@pytest.fixture(scope="session")
def central_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralProcess]:
    """One central for all tests of a test process; each makes its own network."""
    central = start_central(tmp_path_factory.mktemp("central"))
    try:
        yield central
    finally:
        central.close()


async def _rows(dsn: str, statement: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()

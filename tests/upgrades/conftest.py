"""Central on a real PostgreSQL, as for its own tests."""

from tests.builders.postgres import central_dsn, postgres_server
from tests.central.conftest import anyio_backend, central, office

__all__ = ["anyio_backend", "central", "central_dsn", "office", "postgres_server"]

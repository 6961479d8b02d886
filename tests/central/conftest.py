"""Central's tests run on a real PostgreSQL."""

from tests.builders.postgres import central_dsn, postgres_server

__all__ = ["central_dsn", "postgres_server"]

"""The office as somebody meets it who means no good: the real application on a real database."""

from tests.central.http.conftest import anyio_backend, central, office

__all__ = ["anyio_backend", "central", "office"]

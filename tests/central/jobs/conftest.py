"""Jobs are watched at work in the real application."""

from tests.central.http.conftest import anyio_backend, central, office

__all__ = ["anyio_backend", "central", "office"]

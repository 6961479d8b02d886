"""A served office for benchmarks: a network whose owner is signed in, asked over HTTP."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.builders.central_process import CentralProcess

PASSWORD = "a long enough password"
OWNER = "owner@example.com"


class ServedOffice:
    """The owner of a fresh network at a running central."""

    def __init__(self, central: CentralProcess) -> None:
        self.central = central
        made = central.admin_here(
            "create-network", "--name", "Trattoria", "--owner-email", OWNER, "--password-stdin", given=PASSWORD + "\n"
        )  # fmt: skip
        self.network = int(made[-1]["network_id"])
        self.token = ""
        self.token = str(self.ask("/api/auth/login", {"email": OWNER, "password": PASSWORD})["access_token"])

    @property
    def headers(self) -> dict[str, str]:
        """What shows who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def ask(self, path: str, body: Any = None) -> Any:
        """Send a request (POST where there is a body) and return its JSON."""
        with self._open(path, body) as answer:
            return json.load(answer)

    def load(self, path: str, file: Path) -> int:
        """Load into a file; return its bytes."""
        with self._open(path) as answer, file.open("wb") as kept:
            while piece := answer.read(1 << 20):
                kept.write(piece)
        return file.stat().st_size

    def _open(self, path: str, body: Any = None) -> Any:
        return urllib.request.urlopen(
            urllib.request.Request(
                f"{self.central.url}{path}",
                data=None if body is None else json.dumps(body).encode(),
                headers=self.headers | {"Content-Type": "application/json"},
            )
        )

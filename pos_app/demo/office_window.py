"""What the office sees: central's page of newest sales and redemptions, as JSON."""

import time
from typing import Any
from uuid import UUID

import requests

from sync.rules.user_error import UserError

ANSWER_S = 5.0
ARRIVAL_S = 15.0
LOOK_S = 0.05


class OfficeWindow:
    """Looks at central's database through its own page."""

    def __init__(self, latest: str) -> None:
        self._latest = latest
        self._session = requests.Session()

    def look(self) -> dict[str, Any]:
        """Return the newest sales and redemptions."""
        answer = self._session.get(self._latest, params={"format": "json"}, timeout=ANSWER_S)
        answer.raise_for_status()
        shown: dict[str, Any] = answer.json()
        return shown

    def wait_for_sale(self, event: UUID) -> dict[str, Any]:
        """Wait until a sale stands in PostgreSQL; return its row."""
        deadline = time.monotonic() + ARRIVAL_S
        while time.monotonic() < deadline:
            for sale in self.look()["sales"]:
                if sale["event"] == str(event):
                    return dict(sale)
            time.sleep(LOOK_S)
        raise UserError(
            "not_arrived",
            f"The sale {event} did not reach central within {ARRIVAL_S:.0f} s.",
            "See central.log.",
        )

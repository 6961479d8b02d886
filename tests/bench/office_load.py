"""The load generator's questions to one central, and a network whose owner asks them."""

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.builders.central_process import CentralProcess
from tests.builders.real_network import CSV_HEADER

CONNECTIONS = 1_000
WARM_UP_S, SECONDS = 3.0, 10.0
PASSWORD = "a long enough password"
OWNER = "owner@example.com"


class Load:
    """The load generator against one central, as one caller."""

    def __init__(self, central: CentralProcess, token: str) -> None:
        self._where = urllib.parse.urlsplit(central.url)
        self._headers = {"Authorization": f"Bearer {token}"}

    def run(self, path: str, codes: list[str], *, rate: int = 0) -> dict[str, Any]:
        """Use or look at codes, closed loop or at a rate."""
        right = '"success":true' if path.endswith("use") else '"valid":true'
        return self._asked(path, [right], codes=codes, rate=rate, keys=path.endswith("use"))

    def get(self, paths: list[str], expected: list[str], *, connections: int) -> dict[str, Any]:
        """Ask for these paths, closed loop; ``expected`` is what a right answer contains, then what a refusal does."""
        return self._asked("/api/guest/…", expected, paths=paths, connections=connections)

    def _asked(self, path: str, expected: list[str], **particulars: Any) -> dict[str, Any]:
        plan = {
            "host": self._where.hostname, "port": self._where.port, "path": path, "headers": self._headers,
            "connections": CONNECTIONS, "seconds": SECONDS, "warm_up_s": WARM_UP_S, "rate": 0, "codes": [],
            "keys": False, "expected": expected, **particulars,
        }  # fmt: skip
        ended = subprocess.run(
            [sys.executable, "-m", "tests.bench.http_load"],
            input=json.dumps(plan), capture_output=True, text=True, check=True,
        )  # fmt: skip
        measured: dict[str, Any] = json.loads(ended.stdout)
        print(f"  {path}: {measured}", file=sys.stderr, flush=True)
        if measured["wrong"]:
            message = f"not every answer was right: {measured['wrong']}"
            raise RuntimeError(message)
        return measured


def new_network(central: CentralProcess, folder: Path) -> int:
    """Make a network with one VIP code, after which others are made."""
    made = central.admin_here(
        "create-network", "--name", "Trattoria", "--owner-email", OWNER, "--password-stdin", given=PASSWORD + "\n"
    )  # fmt: skip
    network = int(made[-1]["network_id"])
    file = folder / "codes.csv"
    file.write_text(f"{CSV_HEADER}\nVIP,FIRST,First,1000000,,VIP,leased\n", encoding="utf-8")
    central.admin_here("import-codes", "--network", str(network), str(file))
    return network


def sign_in(central: CentralProcess) -> str:
    """Return the owner's token."""
    request = urllib.request.Request(
        f"{central.url}/api/auth/login",
        data=json.dumps({"email": OWNER, "password": PASSWORD}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["access_token"])

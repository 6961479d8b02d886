"""A network with codes of every policy, and enrolled tills, all made by the commands that people use."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.builders.central_process import CentralProcess
from tests.builders.real_network import RealNetwork
from tests.builders.till_process import answers, till

POLICIES = ("leased", "online_only", "allow_with_risk")
SINGLE, FEW, MANY = 1, 12, 60
COUNTS = {SINGLE: 240, FEW: 60, MANY: 6}
"""How many codes of each number of uses there are, for each policy and round."""
OPEN = ("OPEN-PROMO", "OPEN-VIP")
UNKNOWN = "NOBODY-KNOWS-THIS"


@dataclass
class Home:
    """One till: its folder, its number at central, and all that it has said."""

    folder: Path
    till: int
    said: list[dict[str, Any]] = field(default_factory=list)


class Scene:
    """What a run of some rounds plays on."""

    def __init__(self, central: CentralProcess, folder: Path, seed: str) -> None:
        """Make the network; :meth:`enrol` adds tills, :meth:`add_codes` what they may use."""
        self.network = RealNetwork(central, folder)
        self.homes: list[Home] = []
        self.max_uses: dict[str, int] = {}
        self._folder = folder
        self._random = random.Random(seed)
        self._central = central
        self._rounds = 0
        self._fresh: list[str] = []
        self.network.import_codes(
            f"PROMO,{OPEN[0]},Open to all,,,Open promo,", f"VIP,{OPEN[1]},A friend of the house,,,Open VIP,"
        )

    def enrol(self, count: int, url: str) -> None:
        """Enrol tills, two at a time, each in a process of its own."""
        invited = [self.network.invite(f"Till {number}") for number in range(count)]
        with ThreadPoolExecutor(2) as pool:
            self.homes += pool.map(self._enrol, range(count), invited, [url] * count)

    def _enrol(self, number: int, invited: dict[str, Any], url: str) -> Home:
        folder = self._folder / f"home-{number}"
        done = till(folder, "enrol", "--central", url, "--code", invited["code"])
        if done.returncode != 0:
            raise RuntimeError(f"a till cannot be enrolled: {done.stderr.decode()}")
        return Home(folder, answers(done)[0]["till_id"])

    def add_codes(self, share: float = 1.0) -> None:
        """Import fresh codes of every policy, so that accepting goes on after others are used up."""
        self._rounds += 1
        made = {
            f"R{self._rounds}-{policy[:2]}-{uses}-{number}".upper(): (uses, policy)
            for policy in POLICIES
            for uses, count in COUNTS.items()
            for number in range(max(1, round(count * share)))
        }
        self.network.import_codes(
            *(
                f"VOUCHER,{code},{uses} uses,{uses},,Vouchers {policy},{policy}"
                for code, (uses, policy) in made.items()
            )
        )
        self._fresh = list(made)
        self.max_uses |= {code: uses for code, (uses, _) in made.items()}

    def codes(self, chance: random.Random, count: int) -> list[str]:
        """Draw codes to scan: mostly fresh limited ones, some used up before, open ones, an unknown one."""
        drawn = []
        for _ in range(count):
            lot = chance.random()
            if lot < 0.78:
                drawn.append(chance.choice(self._fresh))
            elif lot < 0.84:
                drawn.append(chance.choice(list(self.max_uses)))
            elif lot < 0.98:
                drawn.append(chance.choice(OPEN))
            else:
                drawn.append(UNKNOWN)
        return drawn

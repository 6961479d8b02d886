"""Central on a PostgreSQL that dies in the middle of its work and is put back to earlier states."""

import contextlib
import random
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

from sync.central.database import Database
from sync.central.jobs.watching import look
from tests.simulation import central_host
from tests.simulation.central_host import CONNECTIONS, CentralCrash, CentralHost, CrashPlan
from tests.simulation.postgres.cluster import HardCluster

T = TypeVar("T")

DURING_S = 0.004
"""How long after a statement began the blow may fall at the latest: most end within it."""


@dataclass
class KillPlan(CrashPlan):
    """At which statement of a request PostgreSQL is killed, and how long after its beginning (None: before)."""

    kill: Callable[[], None] = lambda: None
    kill_after: int = -1
    delay_s: float | None = None
    under_way: bool = False
    where: str = ""
    _timer: threading.Timer | None = field(default=None, repr=False)

    def step(self, statement: str, moment: str) -> None:
        """Count one statement of a request; strike when its time has come."""
        if self.under_way and self.kill_after >= 0:
            if self.kill_after == 0:
                self._strike(statement, moment)
            self.kill_after -= 1
        super().step(statement, moment)

    def wait(self) -> None:
        """Wait until a blow that was on its way has fallen."""
        if self._timer is not None:
            self._timer.join()
            self._timer = None

    def _strike(self, statement: str, moment: str) -> None:
        kind = central_host._kind_of(statement)
        if self.delay_s is None or moment == "after":
            self.where = f"PostgreSQL {moment} {kind}"
            self.kill()
            return
        self.where = f"PostgreSQL during {kind}"
        self._timer = threading.Timer(self.delay_s, self.kill)
        self._timer.start()


class HardHost(CentralHost):
    """As the other lanes' central, but nothing of its database is spared."""

    plan: KillPlan

    def __init__(self, cluster: HardCluster) -> None:
        self.cluster = cluster
        self.epoch_is_new = False
        """Since it was put back, not every till has been heard yet: what tills believe is ahead of central."""
        self.fell: list[str] = []
        self.on_fall: Callable[[], None] = lambda: None
        super().__init__(cluster.server)
        self.plan = KillPlan(kill=cluster.kill)
        for connection in self._connections:
            connection.plan = self.plan

    def arm(self, chance: random.Random) -> int:
        """Let PostgreSQL be killed within the next statements of requests; return after how many."""
        self.plan.kill_after = chance.choice((0, 1, 2, 3, 5, 8, 12, 20, 30))
        self.plan.delay_s = chance.choice(
            (None, chance.uniform(0.0, DURING_S), chance.uniform(0.0, DURING_S))
        )
        return self.plan.kill_after

    def run_fragile(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a request in the course of which PostgreSQL may die; afterwards it is back."""
        self.plan.under_way = True
        try:
            return super().run_fragile(work)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self.plan.wait()
            if not self.cluster.fallen:
                raise
            # Work beside requests (a job's) ends with its connection; the application answers 503 by itself.
            raise CentralCrash(self.plan.where) from error
        finally:
            self.plan.under_way = False
            self.plan.wait()
            if self.cluster.fallen:
                self.fell.append(self.plan.where)
                self.recover()

    def recover(self) -> None:
        """Start PostgreSQL again and connect anew."""
        self.plan.kill_after = -1
        self.cluster.restart()
        self._connect_anew()

    def put_back(self, at: datetime | None) -> None:
        """Put the database back, as the office's restore does, and look around as central does when it starts."""
        self.plan.kill_after = self.plan.after = -1
        self.cluster.put_back(at)
        self._connect_anew()
        self.epoch_is_new = True
        self.look()

    def look(self) -> None:
        """Do what the watching job does every few seconds."""
        self.run(look(self.database, self.secrets, retry=True))

    def _connect_anew(self) -> None:
        clock = self._connections[0].clock
        for connection in (*self._connections, self.checker):
            connection.terminate()
        self.on_fall()
        self.dsn = self.cluster.server.dsn
        connect = self.loop.run_until_complete
        self._connections = [connect(central_host._connect(self.dsn)) for _ in range(CONNECTIONS)]
        for connection in self._connections:
            connection.plan, connection.clock = self.plan, clock
        self.checker = connect(central_host._connect_as_superuser(self.dsn))
        self._free = list(self._connections)
        self.database = Database(central_host._Pool(self._free), clock)
        self.requests += 1
        self.restart()

    async def _hang_up(self) -> None:
        if not self.cluster.fallen:
            await super()._hang_up()

    def close(self) -> None:
        """Close all connections and the loop."""
        with contextlib.suppress(OSError):
            super().close()

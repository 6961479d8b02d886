"""What every request of this process may use."""

from dataclasses import dataclass, field
from os import environ

from sync.central.database import Database
from sync.central.erased_list import ErasedList
from sync.central.http.addresses import Proxies, choose_proxies
from sync.central.http.bodies import BODY_S, choose_body_s
from sync.central.http.bounds import Bounds
from sync.central.http.doorkeeper import Doorkeeper
from sync.central.http.rates import choose_rates
from sync.central.http.scan_times import ScanTimes
from sync.central.http.snapshot_desk import SnapshotDesk
from sync.central.http.tally import Tally
from sync.central.http.turns import Turns
from sync.central.secrets import Secrets
from sync.central.services.feed import FeedBell
from sync.central.services.login import PasswordDesk
from sync.central.services.loyalty.look_desk import LookDesk
from sync.central.services.redeeming.use_desk import UseDesk
from sync.central.services.scanning.scan_desk import ScanDesk
from sync.central.services.tokens import Tokens
from sync.central.sms.choosing import choose_sms
from sync.central.sms.port import Sms


@dataclass(slots=True)
class Central:
    """One worker process of the office."""

    database: Database
    secrets: Secrets
    tokens: Tokens
    bell: FeedBell
    snapshots: SnapshotDesk
    uses: UseDesk
    scans: ScanDesk
    looks: LookDesk
    bounds: Bounds
    proxies: Proxies = field(default_factory=Proxies)
    """Whose word on a request's address is believed."""
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    uploads: Turns = field(default_factory=Turns)
    passwords: PasswordDesk = field(default_factory=PasswordDesk)
    tally: Tally = field(default_factory=Tally)
    scan_times: ScanTimes = field(default_factory=ScanTimes)
    sms: Sms | None = None
    body_s: float = BODY_S
    """How long a request's body may take at least."""
    erased: ErasedList | None = None
    """Who is erased, written down outside the database."""
    stopping: bool = False
    """Whether this process has been asked to end: it answers what it has, and wants nothing more."""


def make_central(
    database: Database,
    secrets: Secrets,
    lane: Database | None = None,
    *,
    erased: ErasedList | None = None,
) -> Central:
    """Put together what a worker process needs; ``lane`` are connections for batches of uses."""
    return Central(
        erased=erased,
        database=database,
        secrets=secrets,
        tokens=Tokens(secrets.jwt_key, secrets.link_key, database.clock),
        bell=FeedBell(),
        snapshots=SnapshotDesk(database, secrets),
        sms=choose_sms(environ),
        body_s=choose_body_s(environ),
        uses=UseDesk(database, lane or database, secrets),
        scans=ScanDesk(database, secrets),
        looks=LookDesk(lane or database),
        bounds=Bounds(database, secrets.login_key, choose_rates(environ)),
        proxies=choose_proxies(environ),
    )

"""What every request of this process may use."""

from dataclasses import dataclass, field
from os import environ

from sync.central.database import Database
from sync.central.http.doorkeeper import Doorkeeper
from sync.central.http.snapshot_desk import SnapshotDesk
from sync.central.http.throttle import Throttle
from sync.central.http.turns import Turns
from sync.central.secrets import Secrets
from sync.central.services.feed import FeedBell
from sync.central.services.login import PasswordDesk
from sync.central.services.redeeming.use_desk import UseDesk
from sync.central.services.tokens import Tokens
from sync.central.sms.choosing import choose_sms
from sync.central.sms.port import Sms

ENROLMENT_FAILURES = 20
LOGIN_FAILURES_BY_ADDRESS = 60
LOGIN_FAILURES_BY_ACCOUNT = 10
TOKEN_FAILURES = 60
CODES_BY_ADDRESS = 30
"""Text messages that one address may ask for, and codes that it may guess, in a minute."""


@dataclass(slots=True)
class Central:
    """One worker process of the office."""

    database: Database
    secrets: Secrets
    tokens: Tokens
    bell: FeedBell
    snapshots: SnapshotDesk
    uses: UseDesk
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    uploads: Turns = field(default_factory=Turns)
    passwords: PasswordDesk = field(default_factory=PasswordDesk)
    enrolments: Throttle = field(default_factory=lambda: Throttle(ENROLMENT_FAILURES))
    token_requests: Throttle = field(default_factory=lambda: Throttle(TOKEN_FAILURES))
    logins_by_address: Throttle = field(default_factory=lambda: Throttle(LOGIN_FAILURES_BY_ADDRESS))
    codes_by_address: Throttle = field(default_factory=lambda: Throttle(CODES_BY_ADDRESS))
    sms: Sms | None = None
    logins_by_account: Throttle = field(default_factory=lambda: Throttle(LOGIN_FAILURES_BY_ACCOUNT))


def make_central(database: Database, secrets: Secrets, lane: Database | None = None) -> Central:
    """Put together what a worker process needs; ``lane`` are connections for batches of uses."""
    return Central(
        database=database,
        secrets=secrets,
        tokens=Tokens(secrets.jwt_key, secrets.link_key, database.clock),
        bell=FeedBell(),
        snapshots=SnapshotDesk(database, secrets),
        sms=choose_sms(environ),
        uses=UseDesk(database, lane or database, secrets),
    )

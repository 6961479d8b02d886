"""Wires a till together, and takes it apart in the right order: the one file that knows every room."""

import logging
import logging.handlers
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pos_app.settings import Settings
from pos_app.usecases.counter import Counter
from pos_app.usecases.desk import Desk
from pos_app.usecases.running import Running
from sync.protocol.keys import SigningKey
from sync.rules.user_error import UserError
from sync.till.agent.agent import Agent
from sync.till.agent.enrolled import enrolled
from sync.till.agent.threads import AgentThreads
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.enrol import Enrolled, Progress, enrol
from sync.till.home import TillHome
from sync.till.http_office import Credentials, HttpOffice
from sync.till.identity import Identity
from sync.till.journal.salvage import Salvaged
from sync.till.on_the_spot import OnTheSpot
from sync.till.sales_elsewhere import SalesElsewhere
from sync.till.salvaging import salvage_home
from sync.till.till import Till
from sync.till.way_out import WayOut
from sync.till.worker import Files

STOP_S = 0.5
"""How long closing waits for the agent. A long poll may outlast it; it touches no file any more."""

LOG_FILE = "till.log"
MAX_LOG_BYTES = 1024 * 1024
KEPT_LOGS = 5

_LOG_FORM = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


def app_version() -> str:
    """Return this program's version, as central is told."""
    import importlib.metadata

    try:
        return importlib.metadata.version("countersign")
    except importlib.metadata.PackageNotFoundError:
        return "0.1.0"


@contextmanager
def open_counter(settings: Settings, *, background: bool = True) -> Iterator[Running]:
    """Open the till of a home for as long as the block runs.

    ``background`` False leaves the agent without threads: the caller settles by itself. Raises
    ``UserError``: ``not_enrolled``, ``already_open``, ``journal_damaged`` and what else a home can have.
    """
    home = TillHome(settings.home)
    if not home.journal_file.exists() and not home.identity_file.exists():
        raise UserError(
            "not_enrolled",
            f"The folder {settings.home} holds no enrolled till.",
            "Ask the office for an enrolment code, then run: python -m pos_app enrol --home DIR "
            "--central URL --code CODE",
        )
    with ExitStack() as stack:
        stack.enter_context(_log_to(home))
        files = Files()
        stack.callback(files.close)
        till = files.call(lambda: Till.open(home, clock=SystemClock(), randomness=SystemRandomness()))
        stack.callback(lambda: files.call(till.close))
        files.when_idle(till.tidy)
        yield _wire(settings, till, files, stack, background=background)


def salvage_journal(settings: Settings, file: Path) -> Salvaged:
    """Save what can be read of a damaged journal into a file; see :func:`sync.till.salvaging.salvage_home`."""
    home = TillHome(settings.home)
    with _log_to(home):
        return salvage_home(home, file)


def enrol_till(
    settings: Settings,
    central: str | None,
    code: str,
    progress: Progress | None = None,
    way_out: WayOut | None = None,
) -> Enrolled:
    """Make a till of the home; see :func:`sync.till.enrol.enrol`."""
    home = TillHome(settings.home)
    home.make()
    with _log_to(home):
        return enrol(
            home,
            code=code,
            central=central,
            app_version=app_version(),
            progress=progress,
            way_out=way_out,
        )


def _wire(settings: Settings, till: Till, files: Files, stack: ExitStack, *, background: bool) -> Running:
    identity = enrolled(till)
    agent, spot = None, None
    if not settings.offline:
        agent, spot = _reach_out(settings, till, identity, files, stack, background=background)
    desk = Desk(
        till=till,
        identity=identity,
        files=files,
        spot=spot,
        language=settings.language,
        committed=_nobody if agent is None else agent.nudge,
        sales=None if agent is None else SalesElsewhere(agent.agent, **_patience(settings)),
    )
    return Running(
        settings=settings, counter=Counter(desk), warnings=tuple(till.findings), desk=desk, agent=agent
    )


def _reach_out(
    settings: Settings, till: Till, identity: Identity, files: Files, stack: ExitStack, *, background: bool
) -> tuple[AgentThreads, OnTheSpot]:
    """Make the agent and the way to ask on the spot; whatever was started is stopped before the files."""
    clock, randomness = SystemClock(), SystemRandomness()
    office = HttpOffice(
        identity.central_url,
        clock=clock,
        randomness=randomness,
        credentials=Credentials(
            network=identity.network,
            till=identity.till,
            incarnation=identity.incarnation,
            key=SigningKey(till.secrets.signing_seed),
        ),
    )
    stack.callback(office.close)
    poll = {} if background else {"poll_ms": 0}
    agent = Agent(till, files, office, clock=clock, randomness=randomness, app_version=app_version(), **poll)
    threads = AgentThreads(agent, break_off=office.break_off)
    stack.callback(threads.stop, STOP_S)
    spot = OnTheSpot(agent, **_patience(settings))
    stack.callback(spot.close, STOP_S)
    if background:
        threads.start()
    return threads, spot


def _patience(settings: Settings) -> dict[str, int]:
    """How long the office's word is waited for, where the till was told; each kind of question knows its own."""
    return {} if settings.office_wait_ms is None else {"wait_ms": settings.office_wait_ms}


@contextmanager
def _log_to(home: TillHome) -> Iterator[None]:
    """Log into rotating files of the home. What is logged holds no code, no name and no secret."""
    handler = _handler(home)
    handler.setFormatter(logging.Formatter(_LOG_FORM))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # The HTTP library's own lines name addresses, and of an answer that was torn in its head they bring a
    # whole traceback; they say nothing that ours do not.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


def _handler(home: TillHome) -> logging.Handler:
    """Open the log; a full or read-only disk must not keep a till from saying what is wrong."""
    try:
        home.log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return logging.handlers.RotatingFileHandler(
            home.log_folder / LOG_FILE, maxBytes=MAX_LOG_BYTES, backupCount=KEPT_LOGS, encoding="utf-8"
        )
    except OSError:
        return logging.NullHandler()


def _nobody() -> None:
    """Nobody waits for commits while the till keeps to itself."""

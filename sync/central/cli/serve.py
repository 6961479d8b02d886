"""`serve`: the database, then the web server, until somebody asks it to stop."""

import argparse
import asyncio
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from granian.constants import Interfaces
from granian.server import Server

from sync.central.cli.attached import end_with_parent
from sync.central.cli.listening import Address, claim_address, wait_until_healthy
from sync.central.cli.output import say
from sync.central.cli.scheduled import scheduled_backups
from sync.central.cli.waiting_room import waiting_room
from sync.central.database import DATA_VARIABLE, DSN_VARIABLE, URL_VARIABLE
from sync.central.http.addresses import choose_proxies
from sync.central.http.bodies import choose_body_s
from sync.central.http.rates import choose_rates
from sync.central.jobs.backing_up import Plan
from sync.central.logs import logging_config
from sync.central.mail.post import choose_post
from sync.central.migrating import migrate
from sync.central.postgres.ownership import Owned, owned_server
from sync.central.secrets import load_secrets
from sync.central.sms.choosing import choose_sms
from sync.rules.user_error import UserError

TARGET = "sync.central.cli.worker:create_app"
STOP_TIMEOUT_S = 15
MAX_CONNECTIONS = 4_096
"""Connections that one worker serves, most of them silent between two requests. One more waits for one to close, and
by granian's own choice that was the 513th of two workers: a till beside 1,000 others was never answered."""
MAX_FILES = 2 * MAX_CONNECTIONS


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; one JSON line ``{"listening": url}`` says when it is ready."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop_before_ready)
    logging.config.dictConfig(logging_config(options.log))
    if options.attached:
        end_with_parent()
    load_secrets(options.data)
    _check_settings()
    with claim_address(options.host, options.port) as address, ExitStack() as running:
        with waiting_room(address):
            dsn, owned = running.enter_context(_database(options))
            asyncio.run(migrate(dsn))
        plan = _backup_plan(options)
        os.environ[DSN_VARIABLE] = dsn
        os.environ[DATA_VARIABLE] = str(options.data)
        if options.url:
            os.environ[URL_VARIABLE] = options.url
        with scheduled_backups(dsn, plan, every_s=options.backup_every):
            return _run_server(options, address, owned)


def _check_settings() -> None:
    """Say at once, and once, what does not fit in the environment: workers would say it again and again."""
    for choose in (choose_post, choose_sms, choose_rates, choose_proxies, choose_body_s):
        choose(os.environ)


def _backup_plan(options: argparse.Namespace) -> Plan | None:
    if options.backup_to is None:
        return None
    if options.dsn is not None:
        raise UserError(
            "backup_not_ours",
            "That PostgreSQL is not central's own, so its backups are not central's to take.",
            "Start without --backup-to, and back it up by its own means.",
        )
    return Plan(
        data=options.data,
        folder=options.backup_to,
        keep=options.keep,
        secret=not options.backup_without_secret,
    )


@contextmanager
def _database(options: argparse.Namespace) -> Iterator[tuple[str, Owned | None]]:
    if options.dsn is not None:
        yield options.dsn, None
        return
    with owned_server(options.data) as owned:
        yield owned.dsn, owned


def _run_server(options: argparse.Namespace, address: Address, owned: Owned | None) -> int:
    _allow_connections()
    # Workers that begin from nothing inherit neither threads nor descriptors of this process.
    multiprocessing.set_start_method("spawn")
    server = Server(
        TARGET,
        address=address.host,
        port=address.port,
        interface=Interfaces.ASGI,
        workers=options.workers,
        factory=True,
        websockets=False,
        backlog=MAX_CONNECTIONS,
        backpressure=MAX_CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT_S,
        log_dictconfig=logging_config(options.log),
    )

    def announce() -> None:
        if not wait_until_healthy(address):
            return
        public = options.url or address.url
        if owned is not None:
            owned.announce(public)
        say({"listening": address.url})

    server.on_startup(lambda: threading.Thread(target=announce, daemon=True).start())
    if owned is not None:
        owned.keeper.on_given_up = lambda: os.kill(os.getpid(), signal.SIGTERM)
    try:
        server.serve()
    except SystemExit as ended:
        print("A worker failed again and again; its own words stand above.", file=sys.stderr)
        return ended.code if isinstance(ended.code, int) else 1
    return 1 if owned is not None and owned.keeper.given_up.is_set() else 0


def _allow_connections() -> None:
    """Let this process and its workers have as many files open as they may need, or as their account may."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if most == resource.RLIM_INFINITY else min(most, MAX_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _stop_before_ready(number: int, _frame: FrameType | None) -> None:
    """Leave in good order when asked to stop while the database still starts."""
    raise SystemExit(128 + number)

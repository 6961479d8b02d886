"""The office's web application: wires database, jobs, routes and errors together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from os import environ
from pathlib import Path

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from sync.central.database import DATA_VARIABLE, MAX_CONNECTIONS, connected, dsn_from_environment
from sync.central.erased_list import ErasedList
from sync.central.http.access import admit
from sync.central.http.bodies import MAX_BODY_BYTES, OfficeRequest
from sync.central.http.callers import (
    provide_caller,
    provide_central,
    provide_known,
    provide_person,
    provide_till,
)
from sync.central.http.central import make_central
from sync.central.http.described import OfficeRenderPlugin
from sync.central.http.ending import ending_softly
from sync.central.http.gate import Gate
from sync.central.http.noting import Noting
from sync.central.http.paging import provide_paging
from sync.central.http.problems import EXCEPTION_HANDLERS
from sync.central.http.routes.api_keys import api_key_routes
from sync.central.http.routes.audit import audit_routes
from sync.central.http.routes.auth import auth_routes
from sync.central.http.routes.bulk_codes import bulk_routes
from sync.central.http.routes.campaigns import campaign_routes
from sync.central.http.routes.card_design import card_design_routes
from sync.central.http.routes.cases import case_routes
from sync.central.http.routes.code_files import code_file_routes
from sync.central.http.routes.code_sheets import code_sheet_routes
from sync.central.http.routes.guest import guest_routes
from sync.central.http.routes.guests import guests_routes, restaurant_guest_routes
from sync.central.http.routes.health import health, live, program_version
from sync.central.http.routes.latest import latest
from sync.central.http.routes.loyalty import loyalty_routes
from sync.central.http.routes.metrics import metrics
from sync.central.http.routes.personal import personal_routes
from sync.central.http.routes.platform import platform_routes
from sync.central.http.routes.promo_codes import promo_routes
from sync.central.http.routes.referral_codes import referral_routes
from sync.central.http.routes.restaurants import restaurant_routes
from sync.central.http.routes.shifts import shift_routes
from sync.central.http.routes.staff import staff_routes
from sync.central.http.routes.sync import sync_routes
from sync.central.http.routes.tills import tills_routes
from sync.central.http.routes.vip import vip_routes
from sync.central.http.routes.vouchers import voucher_routes
from sync.central.http.short_ways import ShortWays
from sync.central.jobs.alerting import raise_alerts
from sync.central.jobs.housekeeping import keep_house
from sync.central.jobs.line import keep_line
from sync.central.jobs.mailing import send_letters
from sync.central.jobs.making_codes import make_codes
from sync.central.jobs.ringing import ring_for_changes
from sync.central.jobs.sequencing import sequence
from sync.central.jobs.snapshots_ahead import make_snapshots_ahead
from sync.central.jobs.supervising import keep_running
from sync.central.jobs.telling_keys import tell_tills_keys
from sync.central.jobs.voucher_figures import keep_figures
from sync.central.jobs.watching import watch
from sync.central.mail.post import choose_post
from sync.central.secrets import Secrets, load_secrets
from sync.central.services.epochs import notice_restore
from sync.central.services.personal.repeating import repeat_erasures
from sync.central.services.redeeming.gatherer import CONNECTIONS
from sync.central.services.redeeming.use_desk import LANE_SETTINGS

CANCEL_AGAIN_S = 1.0

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app() -> ShortWays:
    """Make the application that `serve` runs in each worker process, from the environment it hands over."""
    data = environ.get(DATA_VARIABLE)
    folder = Path(data) if data else None
    app = build_app(dsn_from_environment(), load_secrets(folder), data=folder, further=[ending_softly])
    return ShortWays(Noting(app))


def build_app(
    dsn: str,
    secrets: Secrets,
    *,
    data: Path | None = None,
    max_connections: int = MAX_CONNECTIONS,
    further: Sequence[Lifespan] = (),
) -> Litestar:
    """Make an application on a migrated database; ``further`` contexts live inside its own.

    ``data`` is central's own folder, where whoever is erased is written down.
    """
    return Litestar(
        route_handlers=[
            vip_routes,
            health,
            live,
            metrics,
            latest,
            auth_routes,
            sync_routes,
            restaurant_routes,
            api_key_routes,
            guest_routes,
            guests_routes,
            personal_routes,
            audit_routes,
            tills_routes,
            shift_routes,
            restaurant_guest_routes,
            loyalty_routes,
            card_design_routes,
            platform_routes,
            staff_routes,
            referral_routes,
            promo_routes,
            campaign_routes,
            voucher_routes,
            bulk_routes,
            code_file_routes,
            code_sheet_routes,
            case_routes,
        ],
        guards=[admit],
        request_class=OfficeRequest,
        request_max_body_size=MAX_BODY_BYTES,
        middleware=[Gate()],
        exception_handlers=EXCEPTION_HANDLERS,
        dependencies={
            "central": Provide(provide_central),
            "till": Provide(provide_till),
            "person": Provide(provide_person),
            "caller": Provide(provide_caller),
            "known": Provide(provide_known),
            "paging": Provide(provide_paging),
        },
        lifespan=[_running(dsn, secrets, data, max_connections), *further],
        logging_config=None,
        openapi_config=_openapi(),
    )


def _running(dsn: str, secrets: Secrets, data: Path | None, max_connections: int) -> Lifespan:
    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        async with (
            connected(dsn, max_connections=max_connections) as database,
            connected(dsn, max_connections=CONNECTIONS, settings=LANE_SETTINGS) as lane,
        ):
            erased = None if data is None else ErasedList(data)
            await notice_restore(database)
            if erased is not None:
                await repeat_erasures(database, secrets, erased)
            central = make_central(database, secrets, lane, erased=erased)
            app.state.central = central
            ring = partial(ring_for_changes, bell=central.bell, shut_out=central.doorkeeper.forget)
            work: dict[str, Callable[[], Awaitable[None]]] = {
                "sequencer": partial(keep_line, dsn, "sequencer", sequence),
                "bell": partial(keep_line, dsn, "bell", ring),
                "housekeeping": partial(keep_house, database, secrets),
                "snapshots": partial(make_snapshots_ahead, database, secrets),
                "watch": partial(watch, database, secrets, erased),
                "codes": partial(make_codes, database, secrets),
                "alerts": partial(raise_alerts, database),
                "tills' keys": partial(tell_tills_keys, database),
                "voucher figures": partial(keep_figures, database, secrets),
            }
            post = choose_post(environ)
            if post is not None:
                work["letters"] = partial(send_letters, database, secrets, post)
            jobs = [asyncio.create_task(keep_running(name, job)) for name, job in work.items()]
            try:
                yield
            finally:
                await _end(jobs)
                await central.snapshots.close()
                central.tally.tell()

    return running


async def _end(jobs: Sequence[asyncio.Task[None]]) -> None:
    """Cancel jobs until they have ended: Python 3.11 loses a cancellation that comes as a wait is just over."""
    left = set(jobs)
    while left:
        for job in left:
            job.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_S)


def _openapi() -> OpenAPIConfig:
    bearer = SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
    return OpenAPIConfig(
        title="Countersign central",
        version=program_version(),
        description="Errors are problem details (RFC 9457). Tills speak MessagePack under /sync/v1.",
        path="/schema",
        render_plugins=[OfficeRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes={"bearer": bearer}),
        use_handler_docstrings=True,
    )

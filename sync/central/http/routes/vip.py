"""`/api/vip`: VIP codes (document 000)."""

from litestar import Router

from sync.central.http.routes.vip_codes import (
    analytics,
    archive,
    change,
    create,
    create_group,
    create_individual,
    list_all,
    show,
    usage,
)
from sync.central.http.routes.vip_mail import cancel, pause, progress, recipients, resume, send, send_new
from sync.central.http.routes.vip_use import use, validate

vip_routes = Router(
    "/api/vip",
    route_handlers=[
        validate,
        use,
        list_all,
        create,
        create_individual,
        create_group,
        show,
        change,
        archive,
        usage,
        analytics,
        send,
        send_new,
        recipients,
        progress,
        pause,
        resume,
        cancel,
    ],
    tags=["vip"],
    security=[{"bearer": []}],
)

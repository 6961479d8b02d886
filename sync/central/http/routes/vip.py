"""`/api/vip`: VIP codes (document 000)."""

from litestar import Router

from sync.central.http.routes.vip_use import use, validate

vip_routes = Router("/api/vip", route_handlers=[validate, use], tags=["vip"], security=[{"bearer": []}])

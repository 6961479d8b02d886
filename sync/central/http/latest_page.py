"""The page of newest sales and redemptions: one self-contained document, readable in light and dark."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from sync.central.services.latest import Latest, LatestRedemption, LatestSale
from sync.rules.money import format_amount

REFRESH_S = 3

_STYLE = """
:root { color-scheme: light dark; --ink: #16202c; --paper: #f6f7f9; --card: #fff; --line: #d9dee5;
  --quiet: #5a6675; --mark: #0b6b4f; --warn: #8a4b00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --paper: #10151b; --card: #19212a;
  --line: #2d3843; --quiet: #9aa7b5; --mark: #5fd3ac; --warn: #ffb866 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem); background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: baseline; margin-bottom: 1.5rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 0 0 .5rem }
header p { margin: 0; color: var(--quiet) } header p.warn { color: var(--warn); font-weight: 600 }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem;
  margin-bottom: 1.5rem; overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .85rem }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); white-space: nowrap }
tr:last-child td { border-bottom: 0 } .number { text-align: right } .mark { color: var(--mark); font-weight: 600 }
.empty { color: var(--quiet); margin: .5rem 0 }
"""


def render_latest(latest: Latest) -> str:
    """Write the page; every text of a person is escaped."""
    zone = ZoneInfo(latest.zone)
    cases = latest.open_cases
    note = f'<p class="warn">{cases} open case{"s" if cases != 1 else ""}</p>' if cases else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{REFRESH_S}"><title>{escape(latest.network)}: latest</title>
<style>{_STYLE}</style></head><body>
<header><h1>{escape(latest.network)}</h1>
<p>As of {_time(latest.server_at, zone)} ({escape(latest.zone)}), from central’s PostgreSQL</p>{note}</header>
<section><h2>Redemptions</h2>{_redemptions(latest.redemptions, zone)}</section>
<section><h2>Sales</h2>{_sales(latest.sales, zone)}</section>
</body></html>
"""


def _redemptions(redemptions: tuple[LatestRedemption, ...], zone: ZoneInfo) -> str:
    head = ("Time", "Restaurant", "Till", "Kind", "Code", "Campaign", "Uses", "Allowed by", "Source")
    rows = [
        (
            _time(use.at, zone),
            escape(use.restaurant),
            escape(use.till),
            f'<span class="mark">{escape(use.kind)}</span>',
            escape(use.name) or f"no. {use.code_id}",
            escape(use.campaign),
            f"{use.uses} of {use.max_uses}" if use.max_uses is not None else f"{use.uses}, unlimited",
            escape(use.by),
            escape(use.source),
        )
        for use in redemptions
    ]
    return _table(head, rows, "No code has been used yet.")


def _sales(sales: tuple[LatestSale, ...], zone: ZoneInfo) -> str:
    head = ("Time", "Restaurant", "Till", "Receipt", "Total", "Discount", "Paid", "")
    rows = [
        (
            _time(sale.at, zone),
            escape(sale.restaurant),
            escape(sale.till),
            str(sale.receipt),
            escape(format_amount(sale.total_minor, sale.currency)),
            escape(format_amount(sale.discount_minor, sale.currency)),
            escape(format_amount(sale.paid_minor, sale.currency)),
            '<span class="mark">VIP</span>' if sale.vip else "",
        )
        for sale in sales
    ]
    return _table(head, rows, "Nothing has been sold yet.")


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], empty: str) -> str:
    if not rows:
        return f'<p class="empty">{empty}</p>'
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _time(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f'<time datetime="{at.isoformat()}">{local:%d.%m.%Y %H:%M:%S}</time>'

"""What Prometheus is told of a network."""

from typing import Any

import httpx
import pytest

from sync.central.schema.words import Role
from sync.central.services.metering.exposition import Family, Sample, exposition
from sync.central.services.scanning.adding_up import add_up
from sync.central.services.scanning.ids import public_id
from tests.builders.callers import bearer, call, guest_token, key_headers, member, owner_headers
from tests.builders.office import Office, new_office

pytestmark = pytest.mark.anyio


def numbers(answer: httpx.Response) -> dict[str, float]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_scans_claims_wallets_and_refusals_are_measured(office: Office) -> None:
    code = await office.code(await office.campaign(), max_uses=1)
    path = f"/api/v1/vouchers/{public_id(office.secrets, office.network, code)}"
    guest = await office.guest()
    headers = bearer(await guest_token(office, guest))
    owner = await owner_headers(office)
    for who in (headers, headers, {}):
        body = {"scanSource": "SHARE", "location": {"country": "LV", "city": 'R"i\\ga'}}
        assert (await call(office, "POST", f"{path}/scan", who, body)).status_code == 201
    await call(office, "POST", f"{path}/claim", headers, {})
    before = numbers(await office.client.get("/metrics", headers=owner))
    await add_up(office.database, office.network)
    for _ in range(2):
        await call(office, "POST", f"{path}/redeem", owner, {"customerId": guest})
    now = numbers(await office.client.get("/metrics", headers=await key_headers(office, "metrics:read")))
    assert before['countersign_wallet_size_bucket{le="1"}'] == before["countersign_wallet_size_count"] == 1
    for told in (before, now):
        assert told['countersign_voucher_scans_total{type="CUSTOMER",source="SHARE"}'] == 3
        assert told['countersign_voucher_scans_by_place_total{place="LV/R\\"i\\\\ga"}'] == 3
        assert (
            told["countersign_voucher_scans_last_minute"] <= told["countersign_voucher_scans_last_hour"] == 3
        )
        assert told["countersign_voucher_scanners_today"] == 1
        median = told['countersign_scan_seconds{quantile="0.5"}']
        assert 0 < median <= told['countersign_scan_seconds{quantile="0.99"}']
        assert told["countersign_voucher_scan_to_claim_ratio"] == pytest.approx(1 / 3)
    assert before['countersign_voucher_claims{status="CLAIMED"}'] == 1
    assert now['countersign_voucher_claims{status="REDEEMED"}'] == 1
    assert now["countersign_voucher_claim_to_redemption_ratio"] == 1
    assert now['countersign_redemption_attempts_last_hour{reason="ok"}'] == 1
    assert now['countersign_redemption_attempts_last_hour{reason="used_up"}'] == 1
    assert now["countersign_wallet_size_count"] == 0
    assert 0 <= now["countersign_database_cache_hit_ratio"] <= 1


async def test_one_network_is_told_nothing_of_another(office: Office, central: Any) -> None:
    other = await new_office(*central)
    code = await other.code(await other.campaign())
    path = f"/api/v1/vouchers/{public_id(other.secrets, other.network, code)}/scan"
    assert (await call(other, "POST", path, {}, {"scanSource": "LINK"})).status_code == 201
    mine = numbers(await office.client.get("/metrics", headers=(await member(office, Role.IT)).headers))
    assert mine["countersign_voucher_scans_last_hour"] == 0
    theirs = numbers(await office.client.get("/metrics", headers=await owner_headers(other)))
    assert theirs["countersign_voucher_scans_last_hour"] == 1


def test_each_family_says_what_it_means() -> None:
    family = Family("x_total", "counter", "What x is.", [Sample(2, {"a": "1\n2"}), Sample(0.5)])
    assert (
        exposition([family])
        == '# HELP x_total What x is.\n# TYPE x_total counter\nx_total{a="1\\n2"} 2\nx_total 0.5\n'
    )

"""The document on vouchers: the way from scan to redemption, as its integration test tells it."""

from sync.rules.code import CodeStatus, Kind
from sync.rules.lifecycle import count_use
from sync.rules.reasons import Reason
from sync.rules.voucher_figures import (
    Scan,
    VoucherCounters,
    count_claim,
    count_impression,
    count_scan,
    figures,
)
from sync.rules.wallet import Claim, ClaimStatus, ScanSource, ScanType, claim, document_source, expire, redeem
from tests.builders.rules import NOON, a_campaign, a_code, a_guest, fixed, judge

REDEEMED = ClaimStatus.REDEEMED
VOUCHER = a_campaign(fixed(500), kind=Kind.VOUCHER)


def test_from_scan_to_claim_to_redemption() -> None:
    code = a_code(VOUCHER, max_uses=1)
    assert judge(VOUCHER, code, guest=a_guest()).accepted
    wallet = claim((), code_id=code.id, guest_id=5, at_ms=NOON)
    assert isinstance(wallet, tuple)
    assert wallet[0].status is ClaimStatus.CLAIMED
    verdict = judge(VOUCHER, code, guest=a_guest())
    assert verdict.discount_minor == 500
    wallet = redeem(wallet, code.id, NOON + 1)
    assert isinstance(wallet, tuple)
    assert wallet[0].status is ClaimStatus.REDEEMED
    spent = count_use(code, VOUCHER, NOON + 1, "Harbour")
    assert spent.status is CodeStatus.EXPIRED
    refused = judge(VOUCHER, spent, guest=a_guest())
    assert (refused.reason, dict(refused.params)["where"]) == (Reason.USED_UP, "Harbour")


def test_impressions_scans_and_claims_are_counted() -> None:
    counters = VoucherCounters()
    assert counters == VoucherCounters(impressions=0, scans=0, claims=0)
    for count in (count_impression, count_impression, count_impression, count_scan, count_scan, count_claim):
        counters = count(counters)
    assert counters == VoucherCounters(impressions=3, scans=2, claims=1)


def test_the_analytics_of_the_document() -> None:
    camera, link = ScanSource.CAMERA, ScanSource.LINK
    scans = [
        Scan(type=ScanType.CUSTOMER, source=camera, guest_id=5),
        Scan(type=ScanType.CUSTOMER, source=camera, guest_id=5),
        Scan(type=ScanType.CUSTOMER, source=link),
        Scan(type=ScanType.BUSINESS, source=camera, guest_id=6),
    ]
    claims = [
        Claim(code_id=1, guest_id=5, claimed_at_ms=100, order=0, status=REDEEMED, redeemed_at_ms=201),
        Claim(code_id=1, guest_id=6, claimed_at_ms=100, order=0, status=REDEEMED, redeemed_at_ms=600),
        Claim(code_id=1, guest_id=7, claimed_at_ms=0, order=0, status=ClaimStatus.EXPIRED, redeemed_at_ms=9),
    ]
    shown = figures(scans, claims)
    assert (shown.total_scans, shown.unique_guests) == (4, 2)
    assert shown.by_type == {ScanType.CUSTOMER: 3, ScanType.BUSINESS: 1}
    assert shown.by_source == {camera: 3, ScanSource.GALLERY: 0, link: 1, ScanSource.SHARE: 0}
    assert (shown.conversion, shown.time_to_redeem_ms) == (0.75, 300)


def test_the_analytics_of_a_voucher_that_nobody_scanned_or_redeemed() -> None:
    nothing = figures([], [])
    assert (nothing.total_scans, nothing.unique_guests, nothing.conversion) == (0, 0, 0.0)
    assert nothing.time_to_redeem_ms is None
    claimed = [Claim(code_id=1, guest_id=guest, claimed_at_ms=0, order=0) for guest in (5, 6)]
    shared = figures([Scan(type=ScanType.CUSTOMER, source=ScanSource.SHARE)], claimed)
    assert (shared.conversion, shared.time_to_redeem_ms) == (1.0, None)
    assert figures([], claimed).conversion == 0.0


def test_a_claimed_voucher_is_detected() -> None:
    wallet = claim((), code_id=1, guest_id=5, at_ms=0)
    assert isinstance(wallet, tuple)
    assert claim(wallet, code_id=1, guest_id=5, at_ms=1) is Reason.ALREADY_CLAIMED


def test_a_failed_attempt_has_a_reason() -> None:
    reasons = {
        judge(VOUCHER, a_code(VOUCHER, status=CodeStatus.INACTIVE)).reason,
        judge(VOUCHER, a_code(VOUCHER, expires_at_ms=NOON)).reason,
        judge(VOUCHER, a_code(VOUCHER, max_uses=1, uses=1)).reason,
        judge(VOUCHER, a_code(VOUCHER, holder_guest_id=9), guest=a_guest()).reason,
    }
    assert reasons == {"inactive", "expired", "used_up", "other_guests_code"}


def test_an_expired_voucher_ends_its_claims() -> None:
    wallet = claim((), code_id=1, guest_id=5, at_ms=0, expires_at_ms=10)
    assert isinstance(wallet, tuple)
    assert expire(wallet, 10)[0].status is ClaimStatus.EXPIRED


def test_scan_types_and_sources_are_the_documents() -> None:
    assert list(ScanType) == ["CUSTOMER", "BUSINESS"]
    assert list(ScanSource) == ["CAMERA", "GALLERY", "LINK", "SHARE"]
    assert list(ClaimStatus) == ["CLAIMED", "REDEEMED", "EXPIRED"]
    assert document_source("WEDGE") is ScanSource.CAMERA

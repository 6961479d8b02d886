"""The document on vouchers: the way from scan to redemption, as its integration test tells it."""

from sync.rules.code import CodeStatus, Kind
from sync.rules.lifecycle import count_use
from sync.rules.reasons import Reason
from sync.rules.wallet import ClaimStatus, ScanSource, ScanType, claim, document_source, expire, redeem
from tests.builders.rules import NOON, a_campaign, a_code, a_guest, fixed, judge

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

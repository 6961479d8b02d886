import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.central.cli.main import main
from sync.protocol.enrolment import read_enrolment_qr
from sync.protocol.event import GENESIS, encode_envelope, event_hash
from sync.protocol.payloads import Redemption
from tests.builders.past_security import execute

_numbers = itertools.count(1)

Admin = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def admin(
    central_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Admin:
    """Run an admin command: its status, its JSON lines and its diagnostics. ``given`` is its stdin."""

    def run(*arguments: object, given: str = "") -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        words = [str(word) for word in arguments]
        status = main(["admin", *words, "--dsn", central_dsn, "--data", str(tmp_path / "central")])
        captured = capsys.readouterr()
        return status, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run


@pytest.fixture
def network(admin: Admin) -> int:
    email = f"owner{next(_numbers)}@example.com"
    status, (made,), _ = admin(
        "create-network", "--name", "Chain", "--owner-email", email, "--password-stdin", given="long enough\n"
    )
    assert status == 0
    assert set(made) == {"network_id", "owner_id"}
    return int(made["network_id"])


@pytest.fixture
def restaurant(admin: Admin, network: int) -> int:
    _, (made,), _ = admin(
        "create-restaurant", "--network", network, "--name", "R", "--timezone", "Asia/Kolkata"
    )
    return int(made["restaurant_id"])


def test_an_enrolment_is_a_code_a_qr_and_when_it_ends(admin: Admin, restaurant: int) -> None:
    status, (made,), _ = admin(
        "enrolment", "--restaurant", restaurant, "--till", "Bar", "--central", "https://office.example"
    )
    assert status == 0
    assert {"code", "expires_at", "qr_text"} <= set(made)
    assert read_enrolment_qr(made["qr_text"]) == ("https://office.example", made["code"])
    _, (again,), _ = admin("enrolment", "--restaurant", restaurant, "--till", "Bar")
    assert again["till_id"] == made["till_id"]
    assert again["code"] != made["code"]


def test_codes_are_imported_and_asked_about(admin: Admin, network: int, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(
        "kind,code,name,max_uses\nPROMO,AUTUMN-1,Autumn,7\nPROMO,AUTUMN 1,Autumn,7\n", encoding="utf-8"
    )
    status, (summary,), said = admin("import-codes", "--network", network, file)
    assert status == 0
    assert (summary["imported"], summary["refused"]) == (1, 1)
    assert [line["line"] for line in summary["bad_lines"]] == [3]
    assert "line 3:" in said
    status, (standing,), _ = admin("code-status", "--network", network, "autumn-1")
    assert status == 0
    assert standing == {
        "code_id": standing["code_id"], "uses": 0, "max_uses": 7, "leased": 0, "status": "active", "exposure": 0,
    }  # fmt: skip


def test_a_campaign_is_edited_by_fields_and_what_does_not_fit_is_said(
    admin: Admin, network: int, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("kind,code,name,campaign\nPROMO,AUTUMN-1,Autumn,Autumn\n", encoding="utf-8")
    admin("import-codes", "--network", network, file)
    _, (before,), _ = admin("exposure", "--network", network)
    edit = ("edit-campaign", "--network", network, "--campaign", before["campaign_id"])
    status, (after,), _ = admin(*edit, "--set", "policy=online_only", "--set", "name=Late autumn")
    assert (status, after["policy"], after["name"], after["status"]) == (
        0,
        "online_only",
        "Late autumn",
        "active",
    )
    refused = admin(*edit, "--set", "budget_minor=-1")
    assert (refused[0], refused[1]) == (1, [])
    assert "budget_minor" in refused[2]
    with pytest.raises(SystemExit):
        admin(*edit, "--set", "policy")


def test_a_file_with_nothing_good_is_no_success(admin: Admin, network: int, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("kind,code,name\nWHAT,AUTUMN-1,Autumn\n", encoding="utf-8")
    status, (summary,), _ = admin("import-codes", "--network", network, file)
    assert (status, summary["imported"], summary["refused"]) == (1, 0, 1)


def test_a_till_is_revoked_once(admin: Admin, restaurant: int) -> None:
    _, (made,), _ = admin("enrolment", "--restaurant", restaurant, "--till", "Bar")
    for changed in (True, False):
        _, (revoked,), _ = admin("revoke-till", "--till", made["till_id"])
        assert revoked == {"till_id": made["till_id"], "status": "revoked", "changed": changed}


def test_referral_codes_are_switched(admin: Admin, network: int) -> None:
    switched = admin("referral", "--network", network, "--enabled", "yes", "--required", "yes")
    assert switched[:2] == (0, [{"enabled": True, "required": True}])
    off = admin("referral", "--network", network, "--enabled", "no")
    assert off[:2] == (0, [{"enabled": False, "required": False}])


def test_staff_get_a_badge_that_is_shown_once(admin: Admin, network: int) -> None:
    status, (made,), _ = admin(
        "create-staff", "--network", network, "--name", "Casey", "--role", "cashier", "--pin-stdin", "--badge",
        given="1234\n",
    )  # fmt: skip
    assert status == 0
    assert made["badge"].startswith("BADGE-")


def test_an_owner_of_the_installation_is_made_by_its_operator(admin: Admin, network: int) -> None:
    status, (made,), _ = admin(
        "create-staff", "--network", network, "--name", "Root", "--role", "platform_owner", "--password-stdin",
        "--email", f"root{network}@example.com", given="a long password\n",
    )  # fmt: skip
    assert (status, made["badge"]) == (0, None)
    short, _, said = admin(
        "create-staff", "--network", network, "--name", "Root", "--role", "platform_owner", "--password-stdin",
        "--email", f"other{network}@example.com", given="short\n",
    )  # fmt: skip
    assert short != 0
    assert "password" in said


def test_a_link_to_the_newest_sales_is_signed(admin: Admin, network: int) -> None:
    _, (made,), _ = admin("latest-link", "--network", network, "--central", "http://office:8400")
    assert made["url"].startswith("http://office:8400/latest?key=")
    assert made["expires_in"] > 0


def test_a_journal_is_exported_as_it_is_stored(
    admin: Admin, restaurant: int, network: int, central_dsn: str
) -> None:
    _, (made,), _ = admin("enrolment", "--restaurant", restaurant, "--till", "Bar")
    till = made["till_id"]
    event = "0199aaaa-0000-7000-8000-000000000001"
    body = encode_envelope(
        {
            "network": network, "till": till, "incarnation": 1, "seq": 1, "event": event, "kind": "redemption",
            "kind_version": 1, "previous": GENESIS.hex(), "wall_ms": 5, "trusted_ms": 6, "uncertainty_ms": 0,
            "monotonic_ms": 1, "boot": "b", "cursor": ("e", 1), "staff": 9,
        },
        Redemption(
            code_id=77, campaign_id=1, code_kind="PROMO", rules_version=1, outcome="accept", reason="ok", by="lease",
            source="CAMERA",
        ),
    )  # fmt: skip
    insert = """INSERT INTO events (network_id, till_id, incarnation, seq, event, kind, kind_version, hash, body,
        signature, applied, quarantined, code_id) VALUES ($1, $2, 1, $3, $4, $5, 1, $6, $7, $8, $9, $10, NULL)"""
    execute(
        central_dsn,
        insert,
        network,
        till,
        1,
        event,
        "redemption",
        event_hash(body),
        body,
        b"s" * 64,
        True,
        None,
    )
    other = "0199aaaa-0000-7000-8000-000000000002"
    execute(
        central_dsn, insert, network, till, 2, other, "damaged", b"h" * 32, b"\xff", b"", False, "damaged"
    )
    status, events, _ = admin("export-journal", "--till", till)
    assert status == 0
    assert [(each["seq"], each["event"], each["kind"], each["code_id"]) for each in events] == [
        (1, event, "redemption", 77),
        (2, other, "damaged", None),
    ]
    assert (events[0]["at_ms"], events[0]["staff"], events[0]["payload"]["by"]) == (6, 9, "lease")
    assert (events[1]["quarantined"], events[1]["payload"]) == ("damaged", None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("create-restaurant", "--network", 999_999, "--name", "x"),
        ("enrolment", "--restaurant", 999_999, "--till", "x"),
        ("export-journal", "--till", 999_999),
        ("revoke-till", "--till", 999_999),
        ("code-status", "--network", 999_999, "x"),
        ("import-codes", "--network", 999_999, "x.csv"),
        ("latest-link", "--network", 999_999),
        ("fill-demo", "--network", 999_999),
        ("referral", "--network", 999_999, "--enabled", "yes"),
        ("create-network", "--name", "x", "--owner-email", "a@example.com", "--password-stdin"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_no_success(
    admin: Admin, arguments: tuple[object, ...]
) -> None:
    status, printed, said = admin(*arguments)
    assert (status, printed) == (1, [])
    assert "Traceback" not in said
    assert said.strip().endswith(".")


def test_a_missing_file_is_said(admin: Admin, network: int, tmp_path: Path) -> None:
    status, _, said = admin("import-codes", "--network", network, tmp_path / "none.csv")
    assert status == 1
    assert "none.csv" in said


def test_vouchers_are_made_one_a_line_under_a_key_that_rotates(
    admin: Admin, network: int, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("kind,code,name,campaign\nVOUCHER,TYPED-1,One,Gift\n", encoding="utf-8")
    _, (summary,), _ = admin("import-codes", "--network", network, file)
    campaign = summary["campaigns"][0]["campaign_id"]
    wanted = ("make-voucher", "--network", network, "--campaign", campaign)
    status, made, _ = admin(*wanted, "--count", 2, "--max-uses", 3, "--expires-at", "2030-12-31")
    assert (status, len(made)) == (0, 2)
    assert set(made[0]) == {"code_id", "code", "text", "key"}
    assert made[0]["text"].startswith("CSV1:")
    _, (standing,), _ = admin("code-status", "--network", network, made[1]["text"])
    assert (standing["code_id"], standing["max_uses"]) == (made[1]["code_id"], 3)
    key = ("--network", network, "--purpose", "voucher")
    assert admin("rotate-key", *key)[1] == [{"purpose": "voucher", "key": 2}]
    _, (newer,), _ = admin(*wanted)
    assert (made[0]["key"], newer["key"]) == (1, 2)
    assert admin("withdraw-key", *key, "--key", 1)[1] == [{"purpose": "voucher", "key": 1}]
    status, _, said = admin("withdraw-key", *key, "--key", 2)
    assert (status, "Make a new key first" in said) == (1, True)
    status, _, said = admin(*wanted, "--expires-at", "soon")
    assert (status, "is no day" in said) == (1, True)


def test_six_digits_are_given_to_a_guest_and_to_nobody_else(admin: Admin, network: int) -> None:
    _, (filled,), _ = admin("fill-demo", "--network", network)
    guests = [sample for sample in filled["samples"] if sample["kind"] == "DIGITS"]
    assert len(guests) == 1
    status, _, said = admin("make-digits", "--network", network, "--guest", 2**40)
    assert (status, "no guest" in said) == (1, True)


def test_a_lost_stretch_is_accepted_by_name_or_said_not_to_be_one(
    admin: Admin, restaurant: int, network: int, central_dsn: str
) -> None:
    _, (made,), _ = admin(
        "enrolment", "--restaurant", restaurant, "--till", "Bar", "--central", "https://office.example"
    )
    till = made["till_id"]
    status, _, said = admin("accept-gap", "--till", till, "--by", "Ada")
    assert (status, "no events that are lost" in said) == (1, True)
    execute(
        central_dsn,
        """INSERT INTO incarnations (network_id, till_id, incarnation, public_key, applied_seq)
        VALUES ($1, $2, 1, '\\x00', 2)""",
        network,
        till,
    )
    execute(
        central_dsn,
        """INSERT INTO journal_gaps (network_id, till_id, incarnation, first_seq, last_seq, last_hash)
        VALUES ($1, $2, 1, 3, 7, '\\x07')""",
        network,
        till,
    )
    status, lines, _ = admin("accept-gap", "--till", till, "--by", "Ada")
    assert (status, lines) == (
        0,
        [
            {
                "till_id": till,
                "incarnation": 1,
                "first_seq": 3,
                "last_seq": 7,
                "lost": 5,
                "units_at_most": 0,
            }
        ],
    )
    assert admin("accept-gap", "--till", till, "--by", "Ada")[0] == 1


def test_codes_are_generated_into_a_file_that_can_be_imported_elsewhere(
    admin: Admin, network: int, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    wanted = (
        "--kind",
        "VIP",
        "--name",
        "Press",
        "--prefix",
        "press-",
        "--max-uses",
        0,
        "--expires-at",
        "2090-01-31",
    )
    status, (made,), told = admin(
        "generate-codes", "--network", network, "--count", 6_000, *wanted, "--out", file
    )
    assert (status, made["made"]) == (0, 6_000)
    assert "6,000 of 6,000 codes" in told
    assert len(file.read_text(encoding="utf-8").splitlines()) == 6_001
    other_owner = f"owner{next(_numbers)}@example.com"
    _, (other,), _ = admin(
        "create-network",
        "--name",
        "B",
        "--owner-email",
        other_owner,
        "--password-stdin",
        given="long enough\n",
    )
    _, (imported,), _ = admin("import-codes", "--network", other["network_id"], file)
    assert (imported["imported"], imported["refused"]) == (6_000, 0)


def test_codes_that_could_be_guessed_are_not_generated(admin: Admin, network: int) -> None:
    status, _, told = admin(
        "generate-codes", "--network", network, "--kind", "VIP", "--name", "P", "--count", 10, "--length", 4
    )
    assert status == 1
    assert "could be guessed" in told


def test_a_campaign_is_tried_before_it_is_made(admin: Admin, network: int) -> None:
    draft = (
        "--set",
        "kind=PROMO",
        "--set",
        "name=Summer",
        "--set",
        'benefit={"kind": "percent", "percent_bp": 1000}',
    )
    status, (tried,), _ = admin(
        "try-campaign", "--network", network, *draft, "--amount", "12.50", "--amount", "7.50"
    )
    assert (status, tried["outcome"], tried["total_minor"], tried["discount_minor"]) == (
        0,
        "accept",
        2_000,
        200,
    )
    status, (tried,), _ = admin(
        "try-campaign", "--network", network, *draft, "--set", 'tiers=["GOLD"]', "--tier", "SILVER"
    )
    assert (status, tried["reason"]) == (0, "wrong_tier")
    status, _, told = admin("try-campaign", "--network", network, "--set", "kind=PROMO")
    assert status == 1
    assert "name" in told

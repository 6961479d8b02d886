"""What proves itself, between the real office and a real till; and the office's own judgement of it."""

from pathlib import Path
from typing import Any

from tests.builders.real_counter import add_guest
from tests.builders.real_network import RealNetwork
from tests.builders.till_process import answers, till


def kiosk(home: Path, text: str, *options: str) -> dict[str, Any]:
    (said,) = answers(till(home, "kiosk", *options, stdin=f"{text}\n".encode()))
    return said


def judged(network: RealNetwork) -> list[str]:
    rows = network.central.rows(
        "SELECT judged FROM redemptions WHERE network_id = $1 ORDER BY at", network.id
    )
    return [row["judged"] for row in rows]


def test_a_signed_voucher_is_genuine_before_the_feed_has_brought_it_and_unused_only_by_a_unit(
    network: RealNetwork,
) -> None:
    made = network.import_codes("VOUCHER,TYPED-1,Typed,1,,Gifts,leased")
    campaign = str(made["campaigns"][0]["campaign_id"])
    home, _ = network.enrolled_home("Bar")
    (voucher,) = network.central.admin_here(
        "make-voucher", "--network", str(network.id), "--campaign", campaign
    )
    offline = kiosk(home.folder, voucher["text"], "--offline")
    assert (offline["verdict"], offline["reason"]) == ("refuse", "needs_office")
    assert "genuine" in offline["message"]
    forged = voucher["text"][:-4] + ("AAAA" if not voucher["text"].endswith("AAAA") else "BBBB")
    assert kiosk(home.folder, forged, "--offline")["verdict"] == "refuse"
    assert till(home.folder, "kiosk", "--sync-and-exit").returncode == 0
    status = network.status(voucher["text"])
    assert (status["uses"], status["max_uses"]) == (0, 1)


def test_cards_that_the_office_makes_are_judged_by_the_keys_that_it_gives_out(network: RealNetwork) -> None:
    card = add_guest(network, "Ada").card
    home, _ = network.enrolled_home("Bar")
    assert kiosk(home.folder, card, "--offline", "--check-only")["reason"] == "card_ok"
    body, _, mac = card.rpartition(".")
    forged = f"{body}.{'A' * len(mac)}"
    assert kiosk(home.folder, forged, "--offline", "--check-only")["reason"] == "forged_code"
    purpose = ("--network", str(network.id), "--purpose", "card")
    network.central.admin_here("rotate-key", *purpose)
    network.central.admin_here("withdraw-key", *purpose, "--key", "1")
    assert till(home.folder, "kiosk", "--sync-and-exit").returncode == 0
    assert kiosk(home.folder, card, "--offline", "--check-only")["reason"] == "card_inactive"


def test_what_a_till_accepts_the_office_accepts_too(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,LUNCH,Lunch,100,,Lunches,leased", "VIP,GOLDEN,Golden,,,Golden,leased")
    home, _ = network.enrolled_home("Bar")
    for text in ("LUNCH", "golden", "LUNCH"):
        assert kiosk(home.folder, text, "--offline", "--amount", "12.50")["verdict"] == "accept"
    assert till(home.folder, "kiosk", "--sync-and-exit").returncode == 0
    assert judged(network) == ["agrees"] * 3
    assert network.central.rows("SELECT kind FROM cases WHERE network_id = $1", network.id) == []

"""The network's switch of referral codes (document 001), from the office's command to the till's verdict."""

from pathlib import Path

from tests.builders.real_network import RealNetwork
from tests.builders.till_process import answers, till


def verdict(home: Path) -> str:
    return str(answers(till(home, "kiosk", "--offline", "--check-only", stdin=b"FRIEND-ANNA\n"))[0]["reason"])


def test_tills_follow_the_switch_of_their_network_and_no_other(network: RealNetwork, tmp_path: Path) -> None:
    network.import_codes("REFERRAL,FRIEND-ANNA,Anna's friends,100,,Bring a friend,leased")
    home, _ = network.enrolled_home("Bar")
    assert verdict(home.folder) == "referral_disabled"
    other = RealNetwork(network.central, tmp_path)
    for here, switch, reason in (
        (network, "yes", "needs_guest"),
        (other, "no", "needs_guest"),
        (network, "no", "referral_disabled"),
    ):
        said = network.central.admin_here("referral", "--network", str(here.id), "--enabled", switch)
        assert said == [{"enabled": switch == "yes", "required": False}]
        assert till(home.folder, "kiosk", "--sync-and-exit").returncode == 0
        assert verdict(home.folder) == reason

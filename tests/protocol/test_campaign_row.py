from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.campaign_row import read_campaign_row
from sync.protocol.feed import CampaignRow
from sync.protocol.wire import WireError, pack
from sync.rules.code import Kind
from sync.rules.reasons import Reason
from sync.rules.version import RULES_VERSION
from tests.builders.rules import a_campaign, a_code, judge


def a_row(**changes: Any) -> bytes:
    return pack({"campaign": msgspec.to_builtins(a_campaign()) | changes})


def test_a_campaign_reads_back() -> None:
    assert read_campaign_row(pack(CampaignRow(campaign=a_campaign()))).campaign == a_campaign()


@pytest.mark.parametrize(
    "news",
    [
        {"benefit": {"kind": "holiday"}},
        {"kind": "LOTTERY"},
        {"stacking": {"with": "everything"}},
        {"zone": 5},
        {"new": 1},
    ],
)
def test_a_campaign_of_newer_rules_needs_an_update_and_nothing_else(news: dict[str, Any]) -> None:
    campaign = read_campaign_row(a_row(rules_version=RULES_VERSION + 1, **news)).campaign
    assert (campaign.id, campaign.name, campaign.rules_version) == (7, "Spring", RULES_VERSION + 1)
    assert judge(campaign, a_code(campaign, kind=Kind.VIP)).reason == Reason.UPDATE_NEEDED


@pytest.mark.parametrize("broken", [{"benefit": {"kind": "holiday"}}, {"kind": "LOTTERY"}, {"id": "seven"}])
def test_a_campaign_of_a_known_version_that_cannot_be_read_is_an_error(broken: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        read_campaign_row(a_row(**broken))


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_read_or_refused(row: bytes) -> None:
    with pytest.raises(WireError):
        read_campaign_row(row)

"""The document on VIP access codes, example by example."""

import dataclasses

import pytest

from sync.rules.campaign import Benefit
from sync.rules.code import CodeStatus, Kind
from sync.rules.code_form import CodeForm
from sync.rules.generate import make_codes
from sync.rules.lifecycle import Badge, badge, count_use, uses_left, valid_for_use
from sync.rules.price import price
from tests.builders.rules import NOON, a_basket, a_campaign, a_code, a_guest, applied, judge

VIP = a_campaign(Benefit(), kind=Kind.VIP, auto_deactivate_on_max_uses=False)


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("archived", [True, False])
@pytest.mark.parametrize("uses", [(0, None), (10**6, None), (4, 5), (5, 5), (6, 5)])
@pytest.mark.parametrize("expires", [None, NOON - 1, NOON, NOON + 1])
def test_valid_for_use(
    active: bool, archived: bool, uses: tuple[int, int | None], expires: int | None
) -> None:
    """``is_active && !archived && (!max_uses || current_uses < max_uses) && (!expires_at || expires_at > now)``."""
    status = CodeStatus.ARCHIVED if archived else CodeStatus.ACTIVE if active else CodeStatus.INACTIVE
    code = a_code(VIP, status=status, uses=uses[0], max_uses=uses[1], expires_at_ms=expires)
    documented = (
        active
        and not archived
        and (uses[1] is None or uses[0] < uses[1])
        and (expires is None or expires > NOON)
    )
    assert valid_for_use(code, NOON) is documented
    assert judge(VIP, code).accepted is documented


def test_individual_codes_with_a_prefix_and_five_uses() -> None:
    made = make_codes(CodeForm(prefix="VIP"), 3, kind=Kind.VIP)
    assert len(set(made.codes)) == 3
    assert all(code.startswith("VIP") for code in made.codes)
    code = a_code(VIP, name="Individual VIP", max_uses=5)
    assert (code.uses, uses_left(code), code.status) == (0, 5, CodeStatus.ACTIVE)


def test_a_group_code_is_one_code_that_many_use() -> None:
    group = a_code(VIP, name="Group VIP", max_uses=100, group_id="group_123")
    for _ in range(99):
        group = count_use(group, VIP, NOON)
    assert judge(VIP, group).accepted
    group = count_use(group, VIP, NOON)
    assert judge(VIP, group).reason == "used_up"
    assert group.group_id == "group_123"


def test_a_code_without_a_maximum_is_unlimited() -> None:
    assert uses_left(a_code(VIP, max_uses=None, uses=10**9)) is None
    assert judge(VIP, a_code(VIP, max_uses=None, uses=10**9)).accepted


def test_validating_does_not_use_and_using_counts_one() -> None:
    code = a_code(VIP, max_uses=5)
    before = dataclasses.replace(code)
    assert judge(VIP, code).accepted
    assert code == before
    used = count_use(code, VIP, NOON, "Harbour")
    assert (used.uses, used.max_uses, used.first_used_at_ms, used.first_used_where) == (1, 5, NOON, "Harbour")
    again = count_use(used, VIP, NOON + 9, "Hill")
    assert (again.uses, again.first_used_at_ms, again.first_used_where) == (2, NOON, "Harbour")


def test_an_order_with_a_vip_code_is_a_vip_order_and_may_go_first() -> None:
    priced = price(a_basket(1_000), [applied(1, Benefit(), kind=Kind.VIP, vip_priority=True)])
    assert (priced.vip, priced.priority) == (True, True)
    assert price(a_basket(1_000), [applied(1, Benefit())]).vip is False


def test_status_switches() -> None:
    assert badge(a_code(VIP), NOON) is Badge.ACTIVE
    assert badge(a_code(VIP, status=CodeStatus.INACTIVE), NOON) is Badge.INACTIVE
    assert badge(a_code(VIP, status=CodeStatus.ARCHIVED), NOON) is Badge.ARCHIVED


def test_a_vip_code_needs_no_guest() -> None:
    assert judge(VIP, guest=None).accepted
    assert judge(VIP, guest=a_guest()).accepted

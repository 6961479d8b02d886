from hypothesis import given
from hypothesis import strategies as st

from sync.rules.price import price
from sync.rules.sale import Basket, Line
from sync.rules.tax_groups import TaxGroup, tax_groups
from tests.builders.rules import a_guest, applied, fixed, percent


def test_a_discount_is_split_over_tax_groups_to_the_cent() -> None:
    basket = Basket(
        lines=(
            Line(amount_minor=333, tax_group="food"), Line(amount_minor=334, tax_group="drinks"),
            Line(amount_minor=333, tax_group="food"),
        )
    )  # fmt: skip
    assert tax_groups(price(basket, [applied(1, fixed(100))])) == (
        TaxGroup(name="food", total_minor=666, discount_minor=66, paid_minor=600),
        TaxGroup(name="drinks", total_minor=334, discount_minor=34, paid_minor=300),
    )


@given(
    st.lists(st.tuples(st.integers(-500, 10**6), st.sampled_from("abc")), max_size=8), st.integers(0, 10_000),
    st.integers(0, 10**5),
)  # fmt: skip
def test_the_groups_sum_to_the_bill(lines: list[tuple[int, str]], percent_bp: int, amount: int) -> None:
    basket = Basket(lines=tuple(Line(amount_minor=minor, tax_group=group) for minor, group in lines))
    priced = price(basket, [applied(1, percent(percent_bp)), applied(2, fixed(amount))], a_guest(tier="GOLD"))
    groups = tax_groups(priced)
    assert len(groups) == len({group for _, group in lines})
    assert sum(group.total_minor for group in groups) == priced.total_minor
    assert sum(group.discount_minor for group in groups) == priced.discount_minor
    assert sum(group.paid_minor for group in groups) == priced.paid_minor
    assert all(group.paid_minor == group.total_minor - group.discount_minor for group in groups)

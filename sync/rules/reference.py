"""The reference of all reasons and rules, made from the code: ``python -m sync.rules.reference [FILE]``."""

import dataclasses
import inspect
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from sync.rules import (
    attempts,
    campaign,
    campaign_faults,
    card_text,
    code,
    code_form,
    combine,
    digits,
    generate,
    known,
    lifecycle,
    money,
    normalise,
    points_rules,
    price,
    referral,
    refunds,
    rewards,
    standing,
    tax_groups,
    tiers,
    voucher_figures,
    voucher_text,
    wallet,
    windows,
    worth,
)
from sync.rules.evaluate import CHECKS
from sync.rules.explain import LANGUAGES
from sync.rules.ledger import book, refund, reversal
from sync.rules.reasons import Reason, public_reason
from sync.rules.version import RULES_VERSION

FILE = Path(__file__).with_name("REFERENCE.md")

# In the order in which somebody who wants to know the rules would ask.
_CHAPTERS: tuple[tuple[str, ModuleType], ...] = (
    ("Comparing codes", normalise),
    ("Time", windows),
    ("Money and rounding", money),
    ("What a use is worth", worth),
    ("Several codes on one bill", combine),
    ("The price", price),
    ("Tax groups", tax_groups),
    ("Tiers", tiers),
    ("Moving between tiers", standing),
    ("Points", book),
    ("Taking points back", reversal),
    ("Points that a refund takes back", refund),
    ("Voids and refunds", refunds),
    ("What a network decides about points", points_rules),
    ("Rewards and part-payment", rewards),
    ("The life of a code", lifecycle),
    ("Limits that a till cannot hold alone", known),
    ("Referral codes", referral),
    ("Vouchers in a wallet", wallet),
    ("What a voucher brought", voucher_figures),
    ("Making codes", code_form),
    ("Drawing codes", generate),
    ("Cards", card_text),
    ("Six digits", digits),
    ("Wrong entries", attempts),
    ("Vouchers that prove themselves", voucher_text),
    ("What is refused at saving", campaign_faults),
)


def reference() -> str:
    """Write the whole reference as Markdown."""
    lines = [
        "# Reasons and rules",
        "",
        f"Made from the code by `python -m sync.rules.reference`; rules version {RULES_VERSION}.",
        "",
        *_reasons(),
        *_checks(),
        *_fields("A code", code.Code),
        *_fields("A campaign", campaign.Campaign),
        *_fields("What a use gives", campaign.Benefit),
    ]
    for title, module in _CHAPTERS:
        lines += [f"## {title}", "", inspect.cleandoc(module.__doc__ or ""), "", *_figures(module)]
        lines += _functions(module)
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: Sequence[str]) -> None:
    """Write the reference to a file, or where it stands in the package."""
    target = Path(arguments[0]) if arguments else FILE
    target.write_text(reference(), encoding="utf-8")


def _reasons() -> Iterator[str]:
    yield from ("## Reasons", "")
    yield from ("| reason | English | Russian | said to anyone as |", "|---|---|---|---|")
    for reason in Reason:
        english, russian = LANGUAGES["en"][reason], LANGUAGES["ru"][reason]
        said = [
            " ".join((entry.sentence, *entry.details, entry.advice)).strip() for entry in (english, russian)
        ]
        yield f"| `{reason}` | **{english.headline}.** {said[0]} | {said[1]} | `{public_reason(reason)}` |"
    yield ""


def _checks() -> Iterator[str]:
    yield from ("## The order of the checks", "")
    yield "The first refusal is the answer; a question (clock in doubt) is asked only when nothing refuses."
    yield ""
    for number, check in enumerate(CHECKS, start=1):
        yield f"{number}. {_first_line(check.__doc__)}"
    yield ""


def _fields(title: str, row: type) -> Iterator[str]:
    yield from (f"## {title}: its fields", "", inspect.cleandoc(row.__doc__ or ""), "")
    for field in dataclasses.fields(row):
        kind = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
        yield f"- `{field.name}` ({kind if '|' not in str(field.type) else field.type})"
    yield ""


def _figures(module: ModuleType) -> Iterator[str]:
    """List the module's named figures (not those it only imports)."""
    source = inspect.getsource(module)
    figures = [
        f"- `{name}` = {value:,}" if isinstance(value, int) else f"- `{name}` = {value}"
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, (int, float, str))
        if f"\n{name} = " in source
    ]
    if figures:
        yield from (*figures, "")


def _functions(module: ModuleType) -> Iterator[str]:
    found = [
        f"- `{name}`: {_first_line(function.__doc__)}"
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    ]
    if found:
        yield from (*found, "")


def _first_line(docstring: str | None) -> str:
    return inspect.cleandoc(docstring or "").splitlines()[0]


if __name__ == "__main__":
    main(sys.argv[1:])

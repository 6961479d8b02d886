"""Every problem that is found at saving has its words in Russian; read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sync.rules
from sync.rules.explain import placeholders
from sync.rules.wording.faults import RUSSIAN_FAULTS

RULES = Path(next(iter(sync.rules.__path__)))


def problems() -> Iterator[str]:
    """Every problem that the rules can find, as it stands in the code."""
    for file in sorted(RULES.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("fault", "_fault"):
                problem = node.args[1]
                assert isinstance(problem, ast.Constant), f"{file.name}:{node.lineno} hides its words"
                yield str(problem.value)


def test_every_problem_has_its_words_in_russian_with_the_same_figures() -> None:
    found = set(problems())
    assert len(found) > 40
    assert found == set(RUSSIAN_FAULTS)
    for english, russian in RUSSIAN_FAULTS.items():
        assert placeholders(english) == placeholders(russian)
        assert any("а" <= sign <= "я" for sign in russian.lower())

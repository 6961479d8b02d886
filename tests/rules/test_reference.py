from pathlib import Path

from sync.rules.evaluate import CHECKS
from sync.rules.reasons import Reason
from sync.rules.reference import FILE, main, reference


def test_the_reference_in_the_package_is_what_the_code_says() -> None:
    """After a change of rules: ``python -m sync.rules.reference``."""
    assert FILE.read_text(encoding="utf-8") == reference()


def test_it_lists_every_reason_and_every_check() -> None:
    text = reference()
    for reason in Reason:
        assert f"\n| `{reason}` | " in text
    for number in range(1, len(CHECKS) + 1):
        assert f"\n{number}. " in text


def test_it_can_be_written_anywhere(tmp_path: Path) -> None:
    main([str(tmp_path / "rules.md")])
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == reference()

"""What import-linter cannot see of the house's order."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("pos_app", "sync", "resources", "tests", "packaging")
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
TOP = {
    ".ci", ".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
    "packaging", "pos_app", "pyproject.toml", "requirements", "resources", "sync", "tests",
}  # fmt: skip


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("only a git clone can tell what belongs to the project")
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).exists()]


def test_a_package_says_nothing_in_its_init_file() -> None:
    wordy = [
        str(path) for path in tracked() if path.name == "__init__.py" and (ROOT / path).read_bytes().strip()
    ]
    assert wordy == []


def test_packaging_is_never_a_package_of_ours() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    nameless = [
        str(path)
        for path in tracked()
        if path.suffix == ".py" and NAMELESS & {part.removesuffix(".py") for part in path.parts}
    ]
    assert nameless == []


def test_few_things_stand_at_the_top() -> None:
    assert {path.parts[0] for path in tracked()} <= TOP


def test_every_file_ends_with_a_line_and_holds_no_merge_mark() -> None:
    bad = []
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".ts", ".json", ".svg", ".csv"}:
            content = (ROOT / path).read_bytes()
            if content and (not content.endswith(b"\n") or b"\n<<<<<<< " in content):
                bad.append(str(path))
    assert bad == []


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("sync.rules.evaluate", ("PySide6", "sqlalchemy", "msgspec", "cryptography")),
        ("sync.protocol.chain", ("PySide6", "sqlalchemy", "sqlcipher3", "requests", "litestar")),
        ("sync.till.till", ("PySide6", "sqlalchemy", "litestar", "cv2")),
        ("pos_app.usecases.counter", ("PySide6", "cv2", "litestar")),
    ],
)
def test_importing_a_room_brings_nothing_that_it_should_not_know(
    module: str, forbidden: tuple[str, ...]
) -> None:
    script = f"import sys, {module}; print(*(n for n in {forbidden!r} if n in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""

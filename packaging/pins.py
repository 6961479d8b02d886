"""Compile `requirements/*.txt` from `pyproject.toml`: universal, hashed, without any index address.

``dev.txt`` holds everything and is what a clone installs; ``till.txt`` and ``central.txt`` hold the same
versions for those who need one half. ``--verify`` checks the committed files without a network.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
EXTRAS = {"dev": ["till", "central", "dev"], "till": ["till"], "central": ["central"]}
COMPILER = "uv>=0.13"


def main() -> int:
    """Compile, or verify."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verify", action="store_true", help="only check what is committed")
    parser.add_argument("--venv", type=Path, help="accepted for symmetry; compiling uses a venv of its own")
    if parser.parse_args().verify:
        problems = [problem for name in EXTRAS for problem in _problems(name)]
        print("\n".join(problems))
        return 1 if problems else 0
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", COMPILER], check=True)
        for name in EXTRAS:
            _compile(Path(folder) / "bin" / "uv", name)
    return 0


def _compile(uv: Path, name: str) -> None:
    command = [
        str(uv), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header",
        "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--python-version", "3.11",
        # What is installed is built already: a package that has only its source would be refused on every machine.
        "--only-binary", ":all:",
        "pyproject.toml", "--output-file", str(FOLDER / f"{name}.txt"),
    ]  # fmt: skip
    for extra in EXTRAS[name]:
        command += ["--extra", extra]
    if name != "dev":
        command += ["--constraint", str(FOLDER / "dev.txt")]
    subprocess.run(command, cwd=ROOT, check=True)


def _problems(name: str) -> list[str]:
    """Return what is wrong with one committed file: a URL, a pin without hashes, a missing package."""
    text = (FOLDER / f"{name}.txt").read_text()
    problems = []
    if "://" in text or "--index" in text or "--find-links" in text:
        problems.append(f"{name}.txt names an address; pins hold none")
    blocks = re.split(r"\n(?=[a-zA-Z])", text.strip())
    pinned = {}
    for block in blocks:
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", block)
        if match is None or "--hash=sha256:" not in block:
            problems.append(f"{name}.txt: not a hashed pin: {block.splitlines()[0]}")
        else:
            pinned[_plain(match.group(1))] = block
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS[name]:
        wanted += project["optional-dependencies"][extra]
    for requirement in wanted:
        package = _plain(re.match(r"[A-Za-z0-9._-]+", requirement).group(0))  # type: ignore[union-attr]  # a requirement starts with its name
        if package not in pinned:
            problems.append(f"{name}.txt lacks {package}; run: make pins")
    return problems


def _plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


if __name__ == "__main__":
    sys.exit(main())

"""Planted bugs: each changes one line of production code in a copy of the tree, where the checker cannot see it.

``LISTED`` are the eight that the project names. ``FURTHER`` were tried to find out what the checker overlooks.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("sync", "pos_app", "tests", "resources", "pyproject.toml")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".mypy_cache", "node_modules")


@dataclass(frozen=True, slots=True)
class Plant:
    """One line replaced by one line. ``story`` says what goes wrong in the world."""

    name: str
    file: str
    old: str
    new: str
    story: str


class PlantGone(Exception):
    """The line that a planted bug replaces is not there (any more)."""


LISTED: tuple[Plant, ...] = ()
FURTHER: tuple[Plant, ...] = ()


def find(name: str) -> Plant:
    """Return a plant by name; raises :class:`PlantGone` for a name that nobody knows."""
    for plant in (*LISTED, *FURTHER):
        if plant.name == name:
            return plant
    names = ", ".join(plant.name for plant in (*LISTED, *FURTHER))
    msg = f"no bug is called {name}; there are: {names}"
    raise PlantGone(msg)


def plant_into(plant: Plant, folder: Path) -> None:
    """Copy the tree into a folder and put the bug there; raises :class:`PlantGone`."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=_LEFT_OUT)
        else:
            shutil.copy(source, folder / name)
    path = folder / plant.file
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    places = [place for place, line in enumerate(lines) if line.strip() == plant.old.strip()]
    if len(places) != 1:
        msg = f"{plant.file} has the line {plant.old.strip()!r} {len(places)} times, not once"
        raise PlantGone(msg)
    indent = lines[places[0]][: len(lines[places[0]]) - len(lines[places[0]].lstrip())]
    lines[places[0]] = indent + plant.new.strip()
    path.write_text("\n".join(lines), encoding="utf-8")

"""Where the files lie that the face shows: icons, translations, sounds."""

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
ICONS = RESOURCES / "icons"
TRANSLATIONS = RESOURCES / "translations"
SOUNDS = RESOURCES / "sounds"

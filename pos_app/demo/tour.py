"""``python -m pos_app demo``: the whole product on demo data, with a window or as a guided tour."""

import os
import platform
import sys
import threading
from dataclasses import replace
from pathlib import Path

from pos_app.bootstrap import enrol_till, open_counter
from pos_app.demo.narrator import Narrator
from pos_app.demo.stage import Stage, make_whole_film, set_stage
from pos_app.scanner.sources import list_cameras
from pos_app.settings import Settings

_WINDOWLESS_PLATFORMS = ("offscreen", "minimal")


def run(settings: Settings, folder: Path) -> int:
    """Play; 0 when the story was told to its end (guided), or when the window was closed."""
    narrator = Narrator()
    with set_stage(settings, folder, narrator) as stage:
        if has_display():
            return _open_window(stage, narrator)
        # Qt reads this when it makes the application; there is nothing to draw on but memory.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from pos_app.demo.guide import guided_tour

        return guided_tour(stage, narrator)


def has_display() -> bool:
    """Whether a window can be shown to somebody."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in _WINDOWLESS_PLATFORMS:
        return False
    if platform.system() == "Linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def _open_window(stage: Stage, narrator: Narrator) -> int:
    from pos_app.ui.app import run_window

    cameras = list_cameras([])
    film = make_whole_film(stage, narrator)
    settings = replace(stage.settings, film=film, camera=cameras[0].id if cameras else None)
    pins = ", ".join(f"{name} {pin}" for name, pin in stage.pins.items())
    narrator.say("till", f"sign in with a PIN: {pins}")
    for sample in stage.samples:
        narrator.say("to scan", f"{sample.kind:<8} {sample.text}  ({sample.name}: {sample.expected})")
    narrator.say("look", f"newest sales and redemptions at central: {stage.latest}")
    if sys.stdin is not None and sys.stdin.isatty():
        narrator.say(
            "try", "type stop or start (and Enter) to take central away from the till, and give it back"
        )
        threading.Thread(target=_listen, args=(stage, narrator), daemon=True).start()
    status = run_window(settings, open_counter=open_counter, enrol=enrol_till)
    narrator.say("end", "the window was closed; central stops")
    return status


def _listen(stage: Stage, narrator: Narrator) -> None:
    """Stop and start central as the person at the terminal says."""
    for line in sys.stdin:
        word = line.strip().lower()
        if word == "stop" and stage.central.running:
            stage.central.stop()
            narrator.say("central", "stopped; the till goes on")
        elif word == "start" and not stage.central.running:
            stage.central.start()
            narrator.say("central", "is back; the till settles what waited")

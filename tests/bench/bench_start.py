"""From the start of the program to a till that is ready to scan, and what it then holds in memory.

A process of its own each time, as `python -m pos_app` starts it: interpreter, imports, keys, encrypted files, the
journal's check, the window, the camera. A cashier's badge is held before the camera (a film of it) from the
beginning on. Ready is when the sign-in screen is painted and the decoder has searched a picture; told beside it is
when the badge has been taken and the till screen is painted. The processor time of the whole process up to "ready" is
told too: on a machine that others use, it says what is ours.

Beside it a bare PySide6 window with one label, started and painted in turn in the same run: what Python and Qt cost
by themselves.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.measurement import Measurement
from tests.bench.timing import MS_PER_S, NS_PER_MS
from tests.builders.till_process import ROOT, environment

STARTS = 9
LIMIT_S = 60
FPS, WIDTH, HEIGHT = 30, 1280, 720
FILM_S = 2

_TELL = """
import sys, time
def tell(what):
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(what, int(status["VmRSS"].split()[0]) * 1024, time.process_time(), time.monotonic_ns(), flush=True)
"""
_TILL = (
    _TELL
    + """
from pathlib import Path
from pos_app.__main__ import open_window
from pos_app.settings import load_settings

def drive(window):
    from PySide6.QtCore import QTimer
    from pos_app.ui.flow import Screen

    missing = {"picture", "sign-in"}

    def there_is(part):
        if part in missing:
            missing.discard(part)
            if not missing:
                tell("ready")

    def came_up(name):
        if name == Screen.SIGN_IN.value:
            window.sign_in.repaint()
            there_is("sign-in")
        elif name == Screen.TILL.value:
            window.till.repaint()
            tell("signed-in")
            QTimer.singleShot(0, window.close)

    window.screen_changed.connect(came_up)
    window.cameras.bridge.seen.connect(lambda seen: there_is("picture"))
    window.cameras.bridge.frame.connect(lambda image: there_is("picture"))

settings = load_settings({"home": Path(sys.argv[1]), "film": Path(sys.argv[2]), "offline": True})
sys.exit(open_window(settings, drive=drive))
"""
)
_BARE = (
    _TELL
    + """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

application = QApplication(sys.argv)
label = QLabel("Ready")
label.resize(1280, 800)
label.show()
label.repaint()
tell("ready")
QTimer.singleShot(0, label.close)
sys.exit(application.exec())
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a process said: seconds since it was started, seconds of processor time, megabytes in memory."""

    wall_s: float
    worked_s: float
    held_mb: float


def run() -> list[Measurement]:
    """Start both in turn."""
    from tests.builders.till_window import a_home

    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        home, film = a_home(Path(folder) / "till"), _film(Path(folder))
        compiled = Path(folder) / "compiled"
        # The first start compiles what it imports, as the first start after an installation does.
        both = [
            (
                _start(_TILL, str(home), str(film), compiled=compiled),
                _start(_BARE, compiled=compiled)["ready"],
            )
            for _ in range(STARTS + 1)
        ][1:]
    ready, bare = [told["ready"] for told, _ in both], [told for _, told in both]
    signed_in = [told["signed-in"] for told, _ in both]
    walls = [told.wall_s for told in bare]
    worked = [told.worked_s for told in bare]
    return [
        _figure("start.ready_to_scan", "s", "≤ 1.2 s", [told.wall_s for told in ready], walls),
        _figure("start.processor_time", "s", "told", [told.worked_s for told in ready], worked),
        _figure("start.badge_taken", "s", "told", [told.wall_s for told in signed_in], walls),
        _figure(
            "start.memory",
            "MB",
            "≤ 200 MB",
            [told.held_mb for told in signed_in],
            [told.held_mb for told in bare],
        ),
    ]


def _film(folder: Path) -> Path:
    """Hold a badge before the camera for as long as the film goes; it begins again at its end."""
    import cv2

    from tests.builders.qr_picture import held_up
    from tests.builders.till_window import BADGE

    path = folder / "badge.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    shown = held_up(BADGE, width=WIDTH, height=HEIGHT, box=9)
    for _ in range(FILM_S * FPS):
        writer.write(shown)
    writer.release()
    return path


def _start(program: str, *words: str, compiled: Path) -> dict[str, _Told]:
    """Start a program and wait until it has said everything and ended."""
    environ = {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"QT_QPA_PLATFORM": "offscreen", "COUNTERSIGN_KEYRING": "file"}
    # The clock is the machine's own, the same in every process.
    begun_ns = time.monotonic_ns()
    ended = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env={**environ, "PYTHONPYCACHEPREFIX": str(compiled)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    told = {}
    for line in ended.stdout.splitlines():
        what, held, worked_s, at_ns = line.split()
        told[what] = _Told(
            wall_s=(int(at_ns) - begun_ns) / NS_PER_MS / MS_PER_S,
            worked_s=float(worked_s),
            held_mb=int(held) / 1e6,
        )
    if ended.returncode != 0 or "ready" not in told:
        message = f"the program ended with {ended.returncode}: {ended.stdout}{ended.stderr}"
        raise RuntimeError(message)
    return told


def _figure(name: str, unit: str, goal: str, ours: list[float], bare: list[float]) -> Measurement:
    value, reference = median(ours), median(bare)
    return Measurement(
        name=name,
        value=value,
        unit=unit,
        goal=goal,
        reference=reference,
        ratio=value / reference,
        note=f"median of {STARTS} starts, {min(ours):.2f} to {max(ours):.2f}; reference: a bare PySide6 window",
    )

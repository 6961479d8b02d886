"""From the start of the program to a till that is ready to scan, and what it then holds in memory.

A process of its own each time, as `python -m pos_app` starts it: interpreter, imports, keys, encrypted files, the
journal's check, the window. Ready is when the sign-in screen is painted and a badge would be read. Beside it a bare
PySide6 window with one label, started and painted in turn in the same run: what Python and Qt cost by themselves.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.measurement import Measurement
from tests.bench.timing import timed
from tests.builders.till_process import ROOT, environment

STARTS = 9
LIMIT_S = 60

_MEMORY = """
import sys
def tell():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(int(status["VmRSS"].split()[0]) * 1024, flush=True)
"""
_TILL = (
    _MEMORY
    + """
from pathlib import Path
from pos_app.bootstrap import enrol_till, open_counter
from pos_app.settings import load_settings
from pos_app.ui.app import run_window

def drive(window):
    from PySide6.QtCore import QTimer
    from pos_app.ui.flow import Screen

    def came_up(name):
        if name == Screen.SIGN_IN.value:
            window.sign_in.repaint()
            tell()
            QTimer.singleShot(0, window.close)

    window.screen_changed.connect(came_up)

settings = load_settings({"home": Path(sys.argv[1]), "offline": True})
sys.exit(run_window(settings, open_counter=open_counter, enrol=enrol_till, drive=drive))
"""
)
_BARE = (
    _MEMORY
    + """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

application = QApplication(sys.argv)
label = QLabel("Ready")
label.resize(1280, 800)
label.show()
label.repaint()
tell()
QTimer.singleShot(0, label.close)
sys.exit(application.exec())
"""
)


def run() -> list[Measurement]:
    """Start both in turn."""
    from tests.builders.till_window import a_home

    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        home = a_home(Path(folder) / "till")
        compiled = Path(folder) / "compiled"
        # The first start compiles what it imports, as the first start after an installation does.
        both = [
            (_start(_TILL, str(home), compiled=compiled), _start(_BARE, compiled=compiled))
            for _ in range(STARTS + 1)
        ][1:]
    ours, bare = zip(*both, strict=True)
    return [
        _figure("start.ready_to_scan", "s", "≤ 1.2 s", [s for s, _ in ours], [s for s, _ in bare]),
        _figure("start.memory", "MB", "≤ 200 MB", [mb for _, mb in ours], [mb for _, mb in bare]),
    ]


def _start(program: str, *words: str, compiled: Path) -> tuple[float, float]:
    """Start a program; return the seconds until it says that it is ready, and the megabytes it then holds."""
    environ = {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"QT_QPA_PLATFORM": "offscreen", "COUNTERSIGN_KEYRING": "file"}
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env={**environ, "PYTHONPYCACHEPREFIX": str(compiled)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None:
            message = "a process without output"
            raise RuntimeError(message)
        spent_ms, line = timed(process.stdout.readline)
        _, errors = process.communicate(timeout=LIMIT_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0 or not line:
        message = f"the program ended with {process.returncode}: {errors}"
        raise RuntimeError(message)
    return spent_ms / 1000, int(line) / 1e6


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

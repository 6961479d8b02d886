"""Memory of the till's processes with a million codes: the kiosk's, and the window's off-screen.

Resident memory as Linux counts it, shared libraries included; the peak too. Each process has loaded the replica
that an earlier one made, and looked up some thousand codes all over it. The kiosk that takes the snapshot by
itself stands beside: loading a million codes must not need more than selling.
"""

import subprocess
import sys
from pathlib import Path
from random import Random

from sync.till.enrol import enrol
from sync.till.home import TillHome
from tests.bench.measurement import Measurement
from tests.bench.million import CODES, Million, a_million
from tests.builders.till_process import environment, kiosk

LOOKS = 2_000
GOAL = "≤ 200 MB"
WINDOW_S = 20
"""How long the window is left to itself before it is looked at."""


def run() -> list[Measurement]:
    """Measure the processes; a minute or two."""
    with a_million() as million:
        print("  a till takes its snapshot", file=sys.stderr, flush=True)
        home = TillHome(million.folder / "till")
        enrol(home, code=million.network.invite("Till")["code"], central=million.central.url, app_version="1")
        loading = million.home("Loads by itself")
        return [_kiosk(million, home), _loading(million, loading), _window(home)]


def _kiosk(million: Million, home: TillHome) -> Measurement:
    with kiosk(home.folder, "--check-only") as running:
        chance = Random(3)
        for _ in range(LOOKS):
            answer = running.ask(million.text(chance.randrange(1, CODES + 1)))
            if answer["reason"] in {"unknown_code", "not_loaded"}:
                message = f"the kiosk does not know its codes: {answer}"
                raise RuntimeError(message)
        now, peak = _resident_mb(running.process.pid)
        running.end()
    return _figure("memory.kiosk", now, peak, f"after {LOOKS:,} codes")


def _loading(million: Million, home: TillHome) -> Measurement:
    with kiosk(home.folder, "--check-only") as running:
        while running.ask(million.text(1))["reason"] in {"unknown_code", "not_loaded"}:
            continue
        now, peak = _resident_mb(running.process.pid)
        running.end()
    return _figure("memory.kiosk_loading", now, peak, "just after it took a million codes by itself")


def _window(home: TillHome) -> Measurement:
    process = subprocess.Popen(
        [sys.executable, "-m", "pos_app", "--home", str(home.folder)],
        env={**environment(), "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        try:
            process.wait(WINDOW_S)
        except subprocess.TimeoutExpired:
            now, peak = _resident_mb(process.pid)
        else:
            message = f"the window ended by itself with {process.returncode}"
            raise RuntimeError(message)
    finally:
        process.terminate()
        process.wait(WINDOW_S)
    return _figure("memory.window", now, peak, f"off-screen, idle after {WINDOW_S} s")


def _figure(name: str, now_mb: float, peak_mb: float, note: str) -> Measurement:
    return Measurement(
        name=name, value=now_mb, unit="MB", goal=GOAL, note=f"{CODES:,} codes, {note}; peak {peak_mb:.0f} MB"
    )


def _resident_mb(pid: int) -> tuple[float, float]:
    """Return what a process has in memory now, and the most that it ever had."""
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    )
    return tuple(int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]

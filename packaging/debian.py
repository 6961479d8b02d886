"""The shared libraries that the wheels expect from a Debian or Ubuntu system, and who brings them.

Qt's own message names only the first missing one, and for xcb not even the right ones; so each is looked
for by the name under which the program would load it.
"""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt needs even without a display."""

DISPLAY = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's xcb platform needs besides, to open a window on a screen."""

SECOND_OPINION = {"libzbar.so.0": "libzbar0"}
"""The decoder's second opinion. Without it the till works and says so."""

FONTS_PACKAGE = "fonts-dejavu-core"
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", str(Path("~/.fonts").expanduser()))
_INSTALL_SECONDS = 900
_SHOWN_CHARACTERS = 2_000


def missing_packages(*, display: bool) -> list[str]:
    """Return the Debian packages of the libraries that cannot be loaded, and of a font if none is there."""
    wanted = {**OFFSCREEN, **SECOND_OPINION, **(DISPLAY if display else {})}
    packages = [package for library, package in wanted.items() if not _loads(library)]
    if not _has_a_font():
        packages.append(FONTS_PACKAGE)
    return packages


def optional(package: str) -> bool:
    """Whether everything works without it, only less well."""
    return package in SECOND_OPINION.values() or package == FONTS_PACKAGE


def can_install() -> list[str] | None:
    """Return the words that go before ``apt-get`` here (nothing for root, sudo), or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def install(packages: list[str], before: list[str]) -> bool:
    """Install packages with apt, quietly; when apt cannot, show the end of what it said and answer False."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["-qq", "-o=Dpkg::Use-Pty=0"]
    update = [*before, "apt-get", "update", *quiet]
    add = [*before, "apt-get", "install", "-y", "--no-install-recommends", *quiet, *packages]
    for command in (update, add):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_INSTALL_SECONDS,
        )
        if done.returncode != 0 and command is add:
            print((done.stdout + done.stderr)[-_SHOWN_CHARACTERS:])
            return False
    return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_a_font() -> bool:
    for folder in _FONT_FOLDERS:
        for _, _, names in os.walk(folder):
            if any(name.endswith((".ttf", ".otf", ".ttc")) for name in names):
                return True
    return False

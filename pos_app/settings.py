"""One frozen settings object, read once and validated once.

Later sources win: built-in defaults, the file ``settings.json`` in the till's home, environment variables
``COUNTERSIGN_<NAME>``, arguments of the command line. A value that cannot be is said with the place it
stands in; nothing is guessed.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from sync.rules.user_error import UserError
from sync.till.home import TillHome

SETTINGS_FILE = "settings.json"
MAX_SETTINGS_BYTES = 64 * 1024
ENVIRONMENT_PREFIX = "COUNTERSIGN_"

LANGUAGES = ("en", "ru")
THEMES = ("system", "light", "dark")
CAMERA_SIZES = ("640x480", "1280x720", "1920x1080")
MAX_FOCUS, MAX_EXPOSURE_MS = 255, 500
MAX_BAUD = 4_000_000
KEYBOARDS = ("auto", "always", "never")
"""When keys of letters stand on the screen: once a field is touched, whenever one can be typed into, or never."""
ZOOMS = (100, 125, 150, 175, 200)
"""How large the face may be, in percent of what fits its window."""
MAX_LOCK_S = 24 * 60 * 60
OFFICE_WAITS_MS = (100, 120_000)
"""The least and the longest that a till may be told to wait for the office's word."""
PAPER_WIDTHS = (58, 80)
PRINTER_LETTERS = ("cp437", "cp850", "cp852", "cp858", "cp866", "cp1251", "cp1252", "image")
"""Code pages of receipt printers; ``image`` draws every line, for printers that lack the letters."""
MAX_COPIES = 5
MAX_LETTERHEAD_CHARS = 600
_PRINTER = re.compile(
    r"none|(?:file|pdf):.+|tcp:(?://)?(?:\[[0-9a-f:]+\]|[^\s:/]+)(?::[0-9]{1,5})?/?|usb:[0-9a-f]{1,4}:[0-9a-f]{1,4}",
    re.IGNORECASE,
)
_Reader = Callable[[object, str], object]
_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person or a fleet's policy may choose.

    ``home`` is the folder of the till's files; ``camera`` the name or target of the preferred camera;
    ``film`` a video that stands in for a camera; ``central`` the office's address offered at enrolment;
    ``serial`` the port of a hand scanner, ``serial_baud`` its rate; ``scanner_prefix`` and ``scanner_suffix``
    what a hand scanner sends around each code. ``zoom`` is the size of the face in percent, ``volume`` that of
    its sounds, ``keyboard`` when keys of letters stand on the screen; after ``lock_after_s`` seconds without a hand at the till it locks itself (0 for never).
    ``printer`` is where receipts are printed: ``none``, ``file:PATH``, ``tcp://host:9100``, ``usb:VID:PID`` or
    ``pdf:FOLDER``; ``printer_width`` the roll's in millimetres, ``printer_letters`` its code page (or ``image``),
    ``printer_model`` a profile of python-escpos. ``print_auto`` prints each sale's receipt, ``print_copies`` of it;
    ``print_drawer`` opens the cash drawer with it. ``receipt_head`` and ``receipt_foot`` are the restaurant's own
    lines, each ended by a line break or ``|``; ``receipt_logo`` is a picture.
    ``camera_size`` is the picture asked of the camera; ``camera_focus`` (0 far to 255 near) and
    ``camera_exposure_ms`` are None while it finds them by itself; ``camera_mirror`` turns the preview.
    ``office_wait_ms`` is how long the office's word on a code is waited for, on a slow line for instance; None is the
    till's own choice, less than a second.
    ``managed`` names what came from the environment or the command line: a choice made at the till would not
    outlast the next start, so none is offered.
    """

    home: Path
    language: str = "en"
    offline: bool = False
    camera: str | None = None
    film: Path | None = None
    theme: str = "system"
    sound: bool = True
    fullscreen: bool = False
    central: str | None = None
    serial: str | None = None
    serial_baud: int = 9600
    scanner_prefix: str = ""
    scanner_suffix: str = ""
    zoom: int = 100
    volume: int = 75
    lock_after_s: int = 300
    keyboard: str = "auto"
    camera_size: str = "1280x720"
    camera_focus: int | None = None
    camera_exposure_ms: int | None = None
    camera_mirror: bool = False
    printer: str = "none"
    printer_width: int = 80
    printer_letters: str = "cp866"
    printer_model: str = "default"
    print_copies: int = 1
    print_auto: bool = False
    print_drawer: bool = False
    receipt_head: str = ""
    receipt_foot: str = ""
    receipt_logo: Path | None = None
    office_wait_ms: int | None = None
    managed: frozenset[str] = frozenset()


CHOICES = tuple(field.name for field in fields(Settings) if field.name not in ("home", "managed"))
"""What may stand in the file and in the environment, besides the home itself."""


def load_settings(
    arguments: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Gather and validate; raises ``UserError`` ``bad_setting`` naming the value and where it stands.

    ``arguments`` hold only what was given on the command line; a value of None means "not given".
    """
    given = {name: value for name, value in (arguments or {}).items() if value is not None}
    variables = os.environ if environment is None else environment
    home = Path(
        str(given.pop("home", None) or variables.get(f"{ENVIRONMENT_PREFIX}HOME") or TillHome.default())
    ).expanduser()
    if home.exists() and not home.is_dir():
        raise UserError("bad_setting", f"The till's home {home} is a file.", "Name a folder with --home.")
    values: dict[str, object] = {}
    for name, value in _from_file(home / SETTINGS_FILE).items():
        values[name] = _validated(name, value, str(home / SETTINGS_FILE))
    for name in CHOICES:
        variable = f"{ENVIRONMENT_PREFIX}{name.upper()}"
        if variables.get(variable):
            values[name] = _validated(name, variables[variable], variable)
    for name, value in given.items():
        values[name] = _validated(name, value, f"--{name.replace('_', '-')}")
    variables_given = {name for name in CHOICES if variables.get(f"{ENVIRONMENT_PREFIX}{name.upper()}")}
    managed = frozenset(variables_given | given.keys())
    return Settings(home=home.absolute(), managed=managed, **values)  # type: ignore[arg-type]  # each value was validated by name just above


def validated(**choices: object) -> dict[str, object]:
    """Check choices made at the till; raises ``UserError`` ``bad_setting`` for one that cannot be."""
    return {
        name: None if value is None else _validated(name, value, "the choice")
        for name, value in choices.items()
    }


def save_choices(home: Path, **choices: object) -> None:
    """Keep what a person chose at the till (theme, language, camera, …) for the next start.

    The file is replaced as a whole, so that a power cut leaves the old one or the new one.
    """
    file = home / SETTINGS_FILE
    kept = _from_file(file)
    for name, value in choices.items():
        kept[name] = str(value) if isinstance(value, Path) else value
        if value is not None:
            _validated(name, value, "the choice")
    content = json.dumps({name: value for name, value in kept.items() if value is not None}, indent=2)
    handle, temporary = tempfile.mkstemp(dir=home, prefix=f".{SETTINGS_FILE}.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(content + "\n")
    Path(temporary).replace(file)


def _from_file(file: Path) -> dict[str, object]:
    if not file.is_file():
        return {}
    advice = f"Correct {file} or delete it; the till then uses its defaults."
    try:
        if file.stat().st_size > MAX_SETTINGS_BYTES:
            raise UserError("bad_setting", f"The settings file {file} is too large.", advice)
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UserError("bad_setting", f"The settings file cannot be read: {error}.", advice) from error
    if not isinstance(content, dict):
        raise UserError("bad_setting", f"The settings file {file} is not one JSON object.", advice)
    return content


def _validated(name: str, value: object, where: str) -> object:
    """Return the value as its setting's type, or say what is wrong and where it stands."""
    reader = _READERS.get(name)
    if reader is None:
        raise UserError(
            "bad_setting", f"{where} names an unknown setting: {name}.", f"Known ones: {', '.join(CHOICES)}."
        )
    return reader(value, where)


def _one_of(name: str, allowed: tuple[str, ...]) -> _Reader:
    def read(value: object, where: str) -> str:
        if not isinstance(value, str) or value.lower() not in allowed:
            raise UserError(
                "bad_setting", f"{where}: {name} cannot be {value!r}.", f"Use {' or '.join(allowed)}."
            )
        return value.lower()

    return read


def _flag(name: str) -> _Reader:
    def read(value: object, where: str) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise UserError("bad_setting", f"{where}: {name} cannot be {value!r}.", "Use yes or no.")

    return read


def _text(value: object, _where: str) -> str:
    return str(value)


def _path(value: object, _where: str) -> Path:
    return Path(str(value)).absolute()


def _rate(value: object, where: str) -> int:
    text = str(value).strip()
    if text.isascii() and text.isdigit() and 0 < int(text) <= MAX_BAUD:
        return int(text)
    raise UserError(
        "bad_setting", f"{where}: {text!r} is no rate of a serial port.", "Most scanners use 9600 or 115200."
    )


def _whole(name: str, least: int, most: int) -> _Reader:
    def read(value: object, where: str) -> int:
        text = str(value).strip()
        if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
            return int(text[:9])
        raise UserError(
            "bad_setting", f"{where}: {name} cannot be {text!r}.", f"Use a number from {least} to {most}."
        )

    return read


def _printer(value: object, where: str) -> str:
    text = str(value).strip()
    if _PRINTER.fullmatch(text):
        return text
    raise UserError(
        "bad_setting",
        f"{where}: {text!r} is no way to a printer.",
        "Use none, file:PATH, tcp://HOST:9100, usb:VENDOR:PRODUCT or pdf:FOLDER.",
    )


def _width(value: object, where: str) -> int:
    text = str(value).strip()
    if text in map(str, PAPER_WIDTHS):
        return int(text)
    raise UserError("bad_setting", f"{where}: no receipt paper is {text!r} mm wide.", "Use 58 or 80.")


def _letterhead(value: object, where: str) -> str:
    text = str(value)
    if len(text) <= MAX_LETTERHEAD_CHARS:
        return text
    raise UserError(
        "bad_setting",
        f"{where}: the lines of a receipt are too long.",
        f"Use at most {MAX_LETTERHEAD_CHARS} characters.",
    )


def _address(value: object, where: str) -> str:
    text = str(value).strip().rstrip("/")
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise UserError(
            "bad_setting",
            f"{where}: {text!r} is no address of a central office.",
            "It looks like https://office.example.org.",
        )
    return text


_READERS: dict[str, _Reader] = {
    "language": _one_of("language", LANGUAGES),
    "theme": _one_of("theme", THEMES),
    "offline": _flag("offline"),
    "sound": _flag("sound"),
    "fullscreen": _flag("fullscreen"),
    "camera": _text,
    "film": _path,
    "central": _address,
    "serial": _text,
    "serial_baud": _rate,
    "scanner_prefix": _text,
    "scanner_suffix": _text,
    "zoom": _whole("zoom", ZOOMS[0], ZOOMS[-1]),
    "volume": _whole("volume", 0, 100),
    "lock_after_s": _whole("lock_after_s", 0, MAX_LOCK_S),
    "keyboard": _one_of("keyboard", KEYBOARDS),
    "camera_size": _one_of("camera_size", CAMERA_SIZES),
    "office_wait_ms": _whole("office_wait_ms", *OFFICE_WAITS_MS),
    "camera_focus": _whole("camera_focus", 0, MAX_FOCUS),
    "camera_exposure_ms": _whole("camera_exposure_ms", 1, MAX_EXPOSURE_MS),
    "camera_mirror": _flag("camera_mirror"),
    "printer": _printer,
    "printer_width": _width,
    "printer_letters": _one_of("printer_letters", PRINTER_LETTERS),
    "printer_model": _text,
    "print_copies": _whole("print_copies", 1, MAX_COPIES),
    "print_auto": _flag("print_auto"),
    "print_drawer": _flag("print_drawer"),
    "receipt_head": _letterhead,
    "receipt_foot": _letterhead,
    "receipt_logo": _path,
}
"""How the value of each setting is read; a reader is told where the value stands."""

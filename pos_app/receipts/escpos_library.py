"""Loads python-escpos without what it would leave behind and without its slow start.

The library reads its table of printers with a YAML parser (seconds of a whole processor) and keeps the result in a
temporary folder that nobody removes. Its table is JSON, which is read in milliseconds: it is handed over in the form
in which the library would find its own copy, in a folder that is removed at once.
"""

import importlib
import json
import os
import pickle
import platform
import sys
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

_FOLDER = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_once = threading.Lock()


def escpos_printer() -> ModuleType:
    """Return ``escpos.printer``; the first call loads it."""
    with _once:
        if "escpos.capabilities" not in sys.modules:
            _load_table()
        return importlib.import_module("escpos.printer")


def _load_table() -> None:
    spec = find_spec("escpos")
    if spec is None or spec.origin is None:
        msg = "python-escpos is not installed"
        raise ImportError(msg)
    table = json.loads((Path(spec.origin).parent / "capabilities.json").read_text(encoding="utf-8"))
    for profile in table["profiles"].values():
        # Pictures are made for the roll that is in the printer; the library would only complain that it is not told.
        profile.get("media", {}).pop("width", None)
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / f"{platform.python_version()}.capabilities.pickle"
        ready.write_bytes(pickle.dumps(table, protocol=2))
        before, tempfile.tempdir = tempfile.tempdir, folder
        os.environ[_FOLDER] = folder
        try:
            importlib.import_module("escpos.capabilities")
        finally:
            tempfile.tempdir = before
            del os.environ[_FOLDER]

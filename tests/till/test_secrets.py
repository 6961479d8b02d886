import os
import stat
import threading
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from sync.rules.user_error import UserError
from sync.till.home import TillHome
from sync.till.keyrings import BoundedKeyring, KeyringFailed, bounded, os_keyring, real_backend
from sync.till.secrets import FILE_WARNING, SecretStore
from tests.builders.hand_clock import CountedRandomness


class MemoryKeyring:
    """A keyring as the port asks for it, kept in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.answers = True
        self.keeps = True

    def get(self, service: str, name: str) -> str | None:
        if not self.answers:
            message = "locked"
            raise KeyringFailed(message)
        return self.kept.get((service, name))

    def set(self, service: str, name: str, text: str) -> None:
        if not self.answers:
            message = "locked"
            raise KeyringFailed(message)
        if self.keeps:
            self.kept[service, name] = text


def store(home: TillHome, keyring: MemoryKeyring | None = None) -> SecretStore:
    return SecretStore(home, CountedRandomness(), keyring=keyring)


def test_without_a_keyring_the_secrets_lie_in_an_owner_only_file_and_this_is_said(tmp_path: Path) -> None:
    home = TillHome(tmp_path / "home")
    made = store(home)
    secrets = made.load_or_make()
    assert made.warning == FILE_WARNING
    again = store(home)
    assert again.load_or_make() == secrets
    assert again.warning == FILE_WARNING
    if os.name == "posix":
        assert stat.S_IMODE((home.secret_folder / "till.key").stat().st_mode) == 0o600
        assert stat.S_IMODE(home.secret_folder.stat().st_mode) == 0o700


def test_a_key_file_that_others_could_read_is_closed_and_said(tmp_path: Path) -> None:
    home = TillHome(tmp_path / "home")
    store(home).load_or_make()
    (home.secret_folder / "till.key").chmod(0o644)
    again = store(home)
    again.load_or_make()
    assert stat.S_IMODE((home.secret_folder / "till.key").stat().st_mode) == 0o600
    assert "Others could read" in (again.warning or "")


def test_a_keyring_holds_the_secrets_and_no_file_does(tmp_path: Path) -> None:
    home, keyring = TillHome(tmp_path / "home"), MemoryKeyring()
    first = store(home, keyring)
    secrets = first.load_or_make()
    assert first.warning is None
    with_digest = store(home, keyring).save_digest_key(b"d" * 32)
    assert with_digest.file_key == secrets.file_key
    assert store(home, keyring).load_or_make() == with_digest
    on_disk = b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    assert secrets.file_key.hex().encode() not in on_disk
    assert secrets.file_key not in on_disk


def test_a_keyring_that_forgets_is_not_trusted(tmp_path: Path) -> None:
    home, keyring = TillHome(tmp_path / "home"), MemoryKeyring()
    keyring.keeps = False
    made = store(home, keyring)
    made.load_or_make()
    assert made.warning == FILE_WARNING
    assert (home.secret_folder / "till.key").exists()


def test_a_locked_keyring_makes_no_new_key(tmp_path: Path) -> None:
    home, keyring = TillHome(tmp_path / "home"), MemoryKeyring()
    store(home, keyring).load_or_make()
    keyring.answers = False
    with pytest.raises(UserError) as refused:
        store(home, keyring).load_or_make()
    assert refused.value.reason == "keyring_unreachable"
    keyring.answers = True
    keyring.kept.clear()
    with pytest.raises(UserError) as refused:
        store(home, keyring).load_or_make()
    assert refused.value.reason == "key_missing"


def test_a_lost_key_file_makes_no_new_key_while_a_journal_is_there(tmp_path: Path) -> None:
    home = TillHome(tmp_path / "home")
    store(home).load_or_make()
    home.journal_file.write_bytes(b"precious")
    (home.secret_folder / "till.key").unlink()
    with pytest.raises(UserError) as refused:
        store(home).load_or_make()
    assert refused.value.reason == "key_missing"
    assert home.journal_file.read_bytes() == b"precious"
    assert not (home.secret_folder / "till.key").exists()


@pytest.mark.parametrize(
    "content",
    ["", "{", "{}", '{"file_key": 1}', '{"file_key": "00", "signing_seed": "00", "digest_key": null}', "[]"],
)
def test_a_damaged_key_file_is_said_and_kept(tmp_path: Path, content: str) -> None:
    home = TillHome(tmp_path / "home")
    home.make()
    file = home.secret_folder / "till.key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(UserError) as refused:
        store(home).load_or_make()
    assert refused.value.reason == "key_damaged"
    assert file.read_text() == content


def test_secrets_do_not_show_themselves(tmp_path: Path) -> None:
    secrets = store(TillHome(tmp_path)).load_or_make()
    assert secrets.file_key.hex() not in repr(secrets)
    assert repr(secrets.file_key) not in repr(secrets)


def test_stand_ins_for_a_keyring_are_not_taken() -> None:
    class Plaintext(KeyringBackend):
        priority = 9.0

        def get_password(self, service: str, username: str) -> str | None:
            return None

        def set_password(self, service: str, username: str, password: str) -> None: ...

    assert real_backend(fail.Keyring()) is None  # type: ignore[no-untyped-call]  # the package's own lack
    assert real_backend(null.Keyring()) is None  # type: ignore[no-untyped-call]  # the same
    assert real_backend(Plaintext()) is None  # type: ignore[no-untyped-call]  # the same


def test_a_keyring_that_hangs_is_given_up_in_bounded_time(tmp_path: Path) -> None:
    never = threading.Event()

    class Hanging(KeyringBackend):
        priority = 1.0

        def get_password(self, service: str, username: str) -> str | None:
            never.wait()
            return None

        def set_password(self, service: str, username: str, password: str) -> None:
            never.wait()

    hanging = BoundedKeyring(Hanging(), within_s=0.01)  # type: ignore[no-untyped-call]  # as above
    made = SecretStore(TillHome(tmp_path / "home"), CountedRandomness(), keyring=hanging)
    made.load_or_make()
    never.set()
    assert made.warning == FILE_WARNING


def test_what_a_backend_raises_is_one_kind_of_failure() -> None:
    def broken() -> str:
        message = "no bus"
        raise OSError(message)

    with pytest.raises(KeyringFailed, match="OSError: no bus"):
        bounded(broken, 1)


def test_the_environment_can_force_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_KEYRING", "file")
    assert os_keyring() is None

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.central.secrets import SECRET_VARIABLE, Secrets, load_secrets
from sync.rules.user_error import UserError


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = load_secrets(tmp_path / "data")
    again = load_secrets(tmp_path / "data")
    assert first.jwt_key == again.jwt_key
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_of_many_makers_at_once_one_wins(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_secrets(tmp_path).jwt_key, range(32)))
    assert len(keys) == 1


def test_the_environment_outweighs_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "11" * 32)
    assert load_secrets(tmp_path).jwt_key == Secrets(b"\x11" * 32).jwt_key
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "zz", "11" * 31, "11" * 33])
def test_a_damaged_secret_is_said_and_never_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(text, encoding="ascii")
    with pytest.raises(UserError) as caught:
        load_secrets(tmp_path)
    assert caught.value.reason == "secret_unreadable"
    assert path.read_text(encoding="ascii") == text


def test_without_folder_and_environment_there_is_a_sentence() -> None:
    with pytest.raises(UserError) as caught:
        load_secrets(None)
    assert caught.value.reason == "secret_missing"


def test_every_purpose_and_network_has_its_own_key() -> None:
    secrets = Secrets(bytes(32))
    keys = [
        secrets.jwt_key,
        secrets.login_key,
        secrets.link_key,
        secrets.digest_key(1),
        secrets.digest_key(11),
        secrets.card_key(1, 1),
        secrets.card_key(1, 2),
        secrets.card_key(11, 1),
        secrets.signing_key.public,
    ]
    assert len(set(keys)) == len(keys)

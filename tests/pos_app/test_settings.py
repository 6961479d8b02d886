"""Settings: one object, validated once, with the place named where a value cannot be."""

import json
from pathlib import Path

import pytest

from pos_app.settings import (
    MAX_SETTINGS_BYTES,
    SETTINGS_FILE,
    Settings,
    load_settings,
    save_choices,
    validated,
)
from sync.rules.user_error import UserError


def written(home: Path, content: object) -> Path:
    home.mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (home / SETTINGS_FILE).write_text(text, encoding="utf-8")
    return home


def test_a_till_without_any_choice_has_defaults(tmp_path: Path) -> None:
    assert load_settings({"home": tmp_path}, {}) == Settings(home=tmp_path)


def test_later_sources_win(tmp_path: Path) -> None:
    home = written(tmp_path, {"language": "ru", "theme": "dark", "sound": False})
    settings = load_settings(
        {"home": str(home), "theme": "light", "camera": None},
        {"COUNTERSIGN_THEME": "system", "COUNTERSIGN_LANGUAGE": "EN"},
    )
    assert (settings.language, settings.theme, settings.sound) == ("en", "light", False)


def test_the_home_may_come_from_the_environment(tmp_path: Path) -> None:
    assert load_settings({}, {"COUNTERSIGN_HOME": str(tmp_path)}).home == tmp_path


@pytest.mark.parametrize(("word", "flag"), [("1", True), ("yes", True), ("OFF", False), ("no", False)])
def test_flags_are_read_as_people_write_them(tmp_path: Path, word: str, flag: bool) -> None:
    assert load_settings({"home": tmp_path}, {"COUNTERSIGN_OFFLINE": word}).offline is flag


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"COUNTERSIGN_LANGUAGE": "klingon"}, "COUNTERSIGN_LANGUAGE"),
        ({"COUNTERSIGN_SOUND": "loud"}, "COUNTERSIGN_SOUND"),
        ({"COUNTERSIGN_CENTRAL": "office"}, "COUNTERSIGN_CENTRAL"),
        ({"COUNTERSIGN_CENTRAL": "http://[bad"}, "COUNTERSIGN_CENTRAL"),
        ({"COUNTERSIGN_CENTRAL": "http://host:99999"}, "COUNTERSIGN_CENTRAL"),
    ],
)
def test_a_bad_variable_is_named(tmp_path: Path, variables: dict[str, str], named: str) -> None:
    with pytest.raises(UserError, match=named) as caught:
        load_settings({"home": tmp_path}, variables)
    assert caught.value.reason == "bad_setting"
    assert caught.value.advice


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '"text"',
        json.dumps({"colour": "red"}),
        json.dumps({"theme": 7}),
        "[" * 50_000,
        '{"a": "\udcff"}',
    ],
)
def test_a_bad_file_is_a_sentence_and_never_a_crash(tmp_path: Path, content: str) -> None:
    tmp_path.joinpath(SETTINGS_FILE).write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UserError) as caught:
        load_settings({"home": tmp_path}, {})
    assert str(tmp_path / SETTINGS_FILE) in str(caught.value)


def test_an_endless_file_is_not_read(tmp_path: Path) -> None:
    written(tmp_path, " " * (MAX_SETTINGS_BYTES + 1))
    with pytest.raises(UserError, match="too large"):
        load_settings({"home": tmp_path}, {})


def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UserError, match="is a file"):
        load_settings({"home": file}, {})


def test_what_was_chosen_at_the_till_is_there_at_the_next_start(tmp_path: Path) -> None:
    save_choices(tmp_path, theme="dark", language="ru", camera="camera:/dev/video0")
    save_choices(tmp_path, theme="light", camera=None, film=tmp_path / "film.avi")
    settings = load_settings({"home": tmp_path}, {})
    assert (settings.theme, settings.language, settings.camera) == ("light", "ru", None)
    assert settings.film == tmp_path / "film.avi"
    assert [path.name for path in tmp_path.iterdir()] == [SETTINGS_FILE]


def test_a_choice_that_cannot_be_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        save_choices(tmp_path, theme="pink")
    assert not (tmp_path / SETTINGS_FILE).exists()


def test_a_central_address_loses_its_trailing_slash(tmp_path: Path) -> None:
    assert (
        load_settings({"home": tmp_path, "central": "http://127.0.0.1:8000/"}, {}).central
        == "http://127.0.0.1:8000"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zoom", 50),
        ("zoom", "201"),
        ("volume", -1),
        ("volume", "loud"),
        ("lock_after_s", "9" * 30),
        ("office_wait_ms", 99),
        ("office_wait_ms", "120001"),
        ("zoom", "²"),
    ],
)
def test_a_number_out_of_its_range_is_said_with_the_range(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(UserError, match="from") as caught:
        load_settings({"home": written(tmp_path, {name: value})}, {})
    assert name in str(caught.value)


def test_what_the_machine_or_the_command_line_set_is_known_as_managed(tmp_path: Path) -> None:
    home = written(tmp_path, {"volume": 20})
    settings = load_settings({"home": home, "theme": "dark"}, {"COUNTERSIGN_LOCK_AFTER_S": "60"})
    assert (settings.volume, settings.lock_after_s) == (20, 60)
    assert settings.managed == {"theme", "lock_after_s"}


def test_choices_are_checked_before_they_are_made() -> None:
    assert validated(zoom="150", camera=None) == {"zoom": 150, "camera": None}
    with pytest.raises(UserError):
        validated(zoom=1000)

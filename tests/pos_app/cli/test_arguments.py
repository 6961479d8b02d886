"""The words of the command line stay what scripts rely on."""

import pytest

from pos_app.cli.arguments import parse


def test_without_a_command_it_is_the_till_with_its_window() -> None:
    arguments = parse(["--home", "X", "--film", "demo.avi"])
    assert (arguments.command, arguments.home, arguments.film) == (None, "X", "demo.avi")


@pytest.mark.parametrize(
    "words",
    [
        ["kiosk", "--home", "X"],
        ["--home", "X", "kiosk"],
        ["kiosk", "--home", "X", "--amount", "12.50", "--check-only", "--offline"],
        ["kiosk", "--home", "X", "--sync-and-exit"],
        ["enrol", "--home", "X", "--central", "http://127.0.0.1:1", "--code", "C"],
        ["sale", "--home", "X", "17"],
        ["void", "--home", "X", "17", "--reason", "mistake", "--pin-stdin"],
        ["refund", "--home", "X", "17", "--line", "1=4.50", "--line", "2=1"],
        ["doctor", "--home", "X", "--json"],
        ["journal", "--home", "X", "verify"],
        ["journal", "--home", "X", "status"],
        ["till", "--home", "X", "--fullscreen"],
        ["demo", "--home", "X"],
    ],
)
def test_every_command_takes_its_home(words: list[str]) -> None:
    assert parse(words).home == "X"


@pytest.mark.parametrize(
    "words",
    [
        ["sell"],
        ["journal"],
        ["journal", "erase"],
        ["void"],
        ["refund", "17", "--amount", "1", "--line", "1=1"],
        ["enrol", "--home", "X"],
        ["kiosk", "--offline", "--sync-and-exit"],
    ],
)
def test_a_mistake_is_a_usage_line_and_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err

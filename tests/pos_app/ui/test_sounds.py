"""Sounds: by the real library on a device that discards them, by volume, and silent where nothing can sound."""

import array
import subprocess
import sys
import wave
from pathlib import Path

import miniaudio
import pytest

from pos_app.ui.loudspeaker import RATE, Loudspeaker, Mixer, softened, usable_backends
from pos_app.ui.resource_files import SOUNDS
from pos_app.ui.sounds import MAX_WAITING, Sound, Sounds, clip_of
from pos_app.ui.till_window import TillWindow
from tests.builders.till_window import LUNCH, USED, scan, sell, wait_for


class Nowhere:
    """Opens loudspeakers of the real library whose samples go nowhere, and remembers them."""

    def __init__(self) -> None:
        self.opened: list[Loudspeaker] = []

    def __call__(self) -> Loudspeaker:
        self.opened.append(Loudspeaker([miniaudio.Backend.NULL]))
        return self.opened[-1]


def loudest(clip: bytes) -> int:
    return max(map(abs, array.array("h", clip)))


@pytest.mark.parametrize("sound", Sound)
def test_each_sound_is_a_short_clip_of_the_rate_that_is_played(sound: Sound) -> None:
    with wave.open(str(SOUNDS / f"{sound}.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert 0.2 < file.getnframes() / RATE < 0.7
    assert loudest(clip_of(sound)) > 20_000


def test_the_committed_sounds_are_what_the_script_makes(tmp_path: Path) -> None:
    script = Path(__file__).parents[3] / "packaging" / "sounds.py"
    code = f"import runpy, pathlib; m = runpy.run_path({str(script)!r}); "
    code += f"g = m['main'].__globals__; g['FOLDER'] = pathlib.Path({str(tmp_path)!r}); g['main']()"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    for sound in Sound:
        assert (tmp_path / f"{sound}.wav").read_bytes() == (SOUNDS / f"{sound}.wav").read_bytes()


def test_a_clip_is_given_piece_by_piece_and_then_silence() -> None:
    mixer = Mixer()
    frames = mixer.frames()
    next(frames)
    mixer.play(bytes(range(10)))
    assert frames.send(3) == bytes(range(6))
    assert frames.send(3) == bytes([6, 7, 8, 9, 0, 0])
    assert frames.send(2) == bytes(4)
    assert mixer.finished == 1


def test_a_newer_sound_cuts_an_older_off() -> None:
    mixer = Mixer()
    frames = mixer.frames()
    next(frames)
    mixer.play(b"\x01" * 100)
    frames.send(10)
    mixer.play(b"\x02" * 4)
    assert frames.send(3) == b"\x02" * 4 + bytes(2)


def test_half_the_volume_is_softer_and_none_is_silence() -> None:
    clip = clip_of(Sound.ACCEPT)
    assert softened(clip, 100) == clip
    assert loudest(softened(clip, 50)) == pytest.approx(loudest(clip) / 4, abs=2)
    assert loudest(softened(clip, 0)) == 0


def test_sounds_go_through_the_real_library_to_their_end(qapp: object) -> None:
    nowhere = Nowhere()
    sounds = Sounds(volume=80, open_speaker=nowhere)
    sounds.play(Sound.DONE)
    wait_for(lambda: bool(nowhere.opened) and nowhere.opened[0].mixer.finished == 1, what="the sound's end")
    sounds.play(Sound.ASK)
    wait_for(lambda: nowhere.opened[0].mixer.finished == 2, what="the second sound's end")
    sounds.stop()
    assert len(nowhere.opened) == 1


def test_at_volume_zero_no_device_is_touched() -> None:
    nowhere = Nowhere()
    sounds = Sounds(volume=0, open_speaker=nowhere)
    sounds.play(Sound.DONE)
    sounds.stop()
    assert nowhere.opened == []


def test_a_machine_without_a_loudspeaker_is_asked_once_and_stays_silent() -> None:
    asked: list[bool] = []

    def none_there() -> None:
        asked.append(True)

    sounds = Sounds(volume=80, open_speaker=none_there)
    for _ in range(3 * MAX_WAITING):
        sounds.play(Sound.REFUSE)
    sounds.stop()
    assert asked == [True]


def test_no_backend_is_tried_where_the_system_has_no_sound_card(monkeypatch: pytest.MonkeyPatch) -> None:
    if not sys.platform.startswith("linux") or Path("/proc/asound/pcm").exists():
        pytest.skip("this machine has a sound card")
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert usable_backends() == []


def test_the_till_sounds_as_the_verdict_looks(till: TillWindow) -> None:
    nowhere = Nowhere()
    heard: list[Sound] = []
    till.voice.sounds = Sounds(volume=10, open_speaker=nowhere)
    play = till.voice.sounds.play

    def hear(sound: Sound) -> None:
        heard.append(sound)
        play(sound)

    till.voice.sounds.play = hear  # type: ignore[method-assign]  # listened in on, then really played
    scan(till, LUNCH, USED, LUNCH)
    sell(till, "20")
    assert heard == [Sound.ACCEPT, Sound.REFUSE, Sound.ASK, Sound.DONE]


def test_a_till_that_was_told_to_be_silent_is(till: TillWindow) -> None:
    till.choices.choose(volume=30)
    assert till.voice.sounds.volume == 30
    till.choices.choose(sound=False)
    assert till.voice.sounds.volume == 0
    till.choices.choose(sound=True)
    assert till.voice.sounds.volume == 30

"""What the till sounds like: as loud as was chosen, and as its card looks."""

from PySide6.QtCore import QObject

from pos_app.ui.choices import Choices
from pos_app.ui.counter_desk import CounterDesk
from pos_app.ui.sounds import OF_TONE, Sound, Sounds
from pos_app.ui.widgets.verdict_card import VerdictCard


class Voice(QObject):
    """Plays a sound for each verdict, each failure and each sale that is done."""

    def __init__(self, choices: Choices, card: VerdictCard) -> None:
        super().__init__(choices)
        self.sounds = Sounds(volume=0)
        self._choices, self._card = choices, card
        choices.changed.connect(self._tune)
        self._tune()

    def follow(self, desk: CounterDesk) -> None:
        """Sound for what happens at a counter; a sale sounds only after COMMIT, as it shows only then."""
        desk.verdict_shown.connect(self._verdict)
        desk.failed.connect(lambda _error: self.sounds.play(Sound.REFUSE))
        desk.sale_done.connect(lambda _sold: self.sounds.play(Sound.DONE))

    def try_out(self) -> None:
        """Let a person hear how loud it is."""
        self.sounds.play(Sound.ACCEPT)

    def stop(self) -> None:
        """Fall silent, and leave the loudspeaker to others."""
        self.sounds.stop()

    def _tune(self) -> None:
        self.sounds.volume = self._choices.now.volume if self._choices.now.sound else 0

    def _verdict(self) -> None:
        # What the card says of a code that stands on the bill already is not the code's own verdict.
        sound = OF_TONE.get(self._card.banner.text.tone)
        if sound is not None:
            self.sounds.play(sound)

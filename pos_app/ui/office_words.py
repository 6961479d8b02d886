"""What the office has set, as far as words need it: how this till speaks of money, tiers and the time of day."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.flow import Flow
from pos_app.ui.wardrobe import Wardrobe
from pos_app.ui.words.speech import Speech
from sync.protocol.feed import SettingsRow
from sync.rules.user_error import UserError


class OfficeWords(QObject):
    """Keeps the network's settings; ``learned`` carries them whenever they were read anew."""

    learned = Signal(object)

    def __init__(
        self,
        flow: Flow,
        thread: CounterThread,
        wardrobe: Wardrobe,
        failed: Callable[[UserError], None],
    ) -> None:
        super().__init__(flow)
        self._flow, self._thread, self._wardrobe, self._failed = flow, thread, wardrobe, failed
        self._network: SettingsRow | None = None

    def speech(self) -> Speech:
        """Return what is needed to say something at this till now."""
        counter = self._flow.running.counter if self._flow.running else None
        return Speech(
            language=self._wardrobe.name,
            zone=ZoneInfo(counter.zone) if counter else ZoneInfo("UTC"),
            currency=counter.currency if counter else "EUR",
            settings=self._network,
        )

    def learn(self) -> None:
        """Read the network's settings anew: they may have come with the snapshot meanwhile."""
        if self._flow.running is not None:
            self._thread.submit(self._flow.running.counter.settings, self._know, self._failed)

    def _know(self, settings: SettingsRow | None) -> None:
        self._network = settings
        self.learned.emit(settings)

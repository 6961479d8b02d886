"""What people choose at the till (language, size, sounds …): the values that hold now, and who hears of a new one."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from pos_app.settings import Settings, validated


class Choices(QObject):
    """``now`` are the settings with everything that was chosen since the start; ``changed`` carries a name."""

    changed = Signal(str)

    def __init__(
        self, settings: Settings, keep: Callable[[Mapping[str, object]], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.now = settings
        self._keep = keep

    def free(self, name: str) -> bool:
        """Whether this may be chosen here: what the machine's policy set would come back at the next start."""
        return name not in self.now.managed

    def choose(self, **values: object) -> None:
        """Take values for names of the settings, and keep them for the next start.

        Raises ``UserError`` ``bad_setting`` for one that cannot be; then nothing is changed.
        """
        checked = validated(**values)
        new = {name: value for name, value in checked.items() if getattr(self.now, name) != value}
        if not new:
            return
        self.now = replace(self.now, **new)  # type: ignore[arg-type]  # each value was validated by its name
        self._keep(new)
        for name in new:
            self.changed.emit(name)

"""How the till stands with the office: kept here, said by the badge, its panel and the notice above screens."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, SignalInstance

from pos_app.ui.agent_bridge import AgentBridge
from pos_app.ui.conditions import Conditions
from pos_app.ui.theme.look import Look
from pos_app.ui.tongue import Tongue
from pos_app.ui.widgets.standing_panel import StandingPanel
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.top_bar import TopBar
from pos_app.ui.words.standing import Standing, notice_text
from pos_app.usecases.condition import Condition
from sync.till.agent.board import SyncState

_MARGIN, _GAP = 12, 6


class StandingDesk(QObject):
    """Shows each new state; ``changed`` carries the ``Standing``."""

    changed = Signal(object)

    def __init__(
        self,
        bar: TopBar,
        panel: StandingPanel,
        notice: Strip,
        tongue: Tongue,
        warnings: Callable[[], tuple[str, ...]],
    ) -> None:
        super().__init__(bar)
        self.now = Standing()
        self._condition = Condition()
        self._troubles: dict[str, tuple[str, str]] = {}
        self._bar, self._panel, self._notice = bar, panel, notice
        self._tongue, self._warnings = tongue, warnings
        self._look = Look()
        bar.standing_wanted.connect(self._toggle)

    def follow(self, agent: AgentBridge, conditions: Conditions, trouble: SignalInstance) -> None:
        """Hear from now on how the office, the till itself and what hangs on it are."""
        agent.changed.connect(self.take)
        conditions.changed.connect(self.take_condition)
        trouble.connect(self.take_trouble)

    def take(self, state: SyncState) -> None:
        """Take a new state from the agent."""
        self.now = Standing(
            online=state.online,
            waiting=state.unsettled,
            alarm=state.alarm,
            oldest_ms=state.oldest_ms,
            last_contact_ms=state.last_contact_ms,
            as_of_ms=state.as_of_ms,
            update_needed=state.update_needed,
            revoked=state.revoked,
            problem=state.problem or "",
            cases=state.cases,
        )
        self.speak()
        self.changed.emit(self.now)

    def take_condition(self, condition: Condition) -> None:
        """Take how the till itself is."""
        self._condition = condition
        self.show_notice()

    def take_trouble(self, name: str, sentence: str, advice: str) -> None:
        """Take what works no more; an empty sentence says that it works again."""
        self._troubles.pop(name, None)
        if sentence:
            self._troubles[name] = sentence, advice
        self.show_notice()

    def speak(self) -> None:
        """Say it in the language that is now installed."""
        said = replace(self.now, problem=self._tongue.errors().of(self.now.problem))
        self._bar.badge.show_standing(said, self._tongue.speech())
        self._panel.show_standing(said, self._tongue.speech())
        self.show_notice()

    def show_notice(self) -> None:
        """Say above every screen what a person must act on; nothing while all is well."""
        warnings = tuple(map(self._tongue.errors().of, self._warnings()))
        tone, sentence, advice = notice_text(self.now, warnings, self._condition)
        if not sentence or tone == "quiet":
            for said, what_to_do in self._troubles.values():
                tone, sentence, advice = (
                    "ask",
                    self._tongue.errors().of(said),
                    self._tongue.errors().of(what_to_do),
                )
        self._notice.say(sentence, advice, tone=tone)

    def place(self, look: Look) -> None:
        """Keep the panel below its badge when the window or its look changes."""
        self._look = look
        if self._panel.isVisible():
            self._unfold()

    def _toggle(self) -> None:
        if self._panel.isVisible():
            self._panel.fold()
        else:
            self._unfold()

    def _unfold(self) -> None:
        right = self._bar.width() - self._look.px(_MARGIN)
        self._panel.unfold(right, self._bar.height() + self._look.px(_GAP))

"""How the till stands with the office: kept here, said by the badge, its panel and the notice above screens."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from pos_app.ui.agent_bridge import AgentBridge
from pos_app.ui.conditions import Conditions
from pos_app.ui.receipt_desk import ReceiptDesk
from pos_app.ui.theme.look import Look
from pos_app.ui.tongue import Tongue
from pos_app.ui.widgets.notice import Notice
from pos_app.ui.widgets.standing_panel import StandingPanel
from pos_app.ui.widgets.top_bar import TopBar
from pos_app.ui.words.standing import Standing, notice_text
from pos_app.usecases.condition import Condition
from sync.till.agent.board import SyncState

_MARGIN, _GAP = 12, 6

PASSING_MS = 20_000
"""So long what just happened is said, unless somebody puts it away: long enough to be read between two guests."""

Passing = Callable[[], tuple[str, str, str]]
"""Says (tone, sentence, advice) in the language that is now installed."""


class StandingDesk(QObject):
    """Shows each new state; ``changed`` carries the ``Standing``."""

    changed = Signal(object)

    def __init__(
        self,
        bar: TopBar,
        panel: StandingPanel,
        notice: Notice,
        tongue: Tongue,
        warnings: Callable[[], tuple[str, ...]],
    ) -> None:
        super().__init__(bar)
        self.now = Standing()
        self._condition = Condition()
        self._troubles: dict[str, tuple[str, str]] = {}
        self._bar, self._panel, self._notice = bar, panel, notice
        self._tongue, self._warnings = tongue, warnings
        self._receipts: ReceiptDesk | None = None
        self._passing: Passing | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(PASSING_MS)
        self._clock.timeout.connect(self.put_away)
        self._look = Look()
        bar.standing_wanted.connect(self._toggle)
        notice.closed.connect(self.put_away)

    def follow(
        self, agent: AgentBridge, conditions: Conditions, receipts: ReceiptDesk, trouble: SignalInstance
    ) -> None:
        """Hear from now on how the office, the till itself and what hangs on it are, and let them be tried again."""
        self._receipts = receipts
        receipts.changed.connect(self.show_notice)
        receipts.saved.connect(lambda path: self.tell(lambda: ("accept", self.tr("Saved"), path)))
        self._notice.print_wanted.connect(receipts.print_waiting)
        self._panel.try_wanted.connect(agent.try_now)
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

    def tell(self, passing: Passing) -> None:
        """Say what just happened, for a while, before what stands."""
        self._passing = passing
        self._clock.start()
        self.show_notice()

    def put_away(self) -> None:
        """Say no more of what just happened."""
        self._clock.stop()
        self._passing = None
        self.show_notice()

    def speak(self) -> None:
        """Say it in the language that is now installed."""
        self._bar.badge.show_standing(self._said, self._tongue.speech())
        if self._panel.isVisible():
            self._panel.show_standing(self._said, self._tongue.speech())
        self.show_notice()

    @property
    def _said(self) -> Standing:
        """The standing, its problem in the language that is now installed."""
        return replace(self.now, problem=self._tongue.errors().of(self.now.problem))

    def show_notice(self) -> None:
        """Say above every screen what just happened, else what a person must act on; nothing while all is well."""
        if self._passing is not None:
            tone, sentence, advice = self._passing()
            self._notice.offer(to_print=False, to_close=True)
            self._notice.say(sentence, advice, tone=tone)
            return
        warnings = tuple(map(self._tongue.errors().of, self._warnings()))
        tone, sentence, advice = notice_text(self.now, warnings, self._condition)
        if not sentence or tone == "quiet":
            for said, what_to_do in self._troubles.values():
                tone, sentence, advice = (
                    "ask",
                    self._tongue.errors().of(said),
                    self._tongue.errors().of(what_to_do),
                )
        self._notice.offer(to_print=self._receipts is not None and self._receipts.may_print, to_close=False)
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
        # It is told how things stand only when somebody looks: each sale changes that three times.
        self._panel.show_standing(self._said, self._tongue.speech())
        right = self._bar.width() - self._look.px(_MARGIN)
        self._panel.unfold(right, self._bar.height() + self._look.px(_GAP))

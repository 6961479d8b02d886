"""How a home becomes a till: one code from the office, and a key that never leaves this machine.

The key is stored before the code is sent, so that a lost answer strands nobody: the same code with the same
key gives the same answer. Whatever fails, the home stays as it was or can go on from where it stopped.
"""

import hashlib
import platform
import time
from collections.abc import Callable

from msgspec import Struct, field

from sync.protocol.enrolment import EnrolReply, EnrolRequest, read_enrolment_qr
from sync.protocol.keys import KEY_BYTES, Purpose, SigningKey
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError
from sync.till.agent.agent import Agent
from sync.till.agent.backoff import Backoff
from sync.till.clock import Clock, Randomness, SystemClock, SystemRandomness
from sync.till.home import TillHome
from sync.till.http_office import Credentials, HttpOffice
from sync.till.identity import Identity
from sync.till.office import Office, Refused, Unreachable
from sync.till.outcomes import clean_url, not_central
from sync.till.secrets import SecretStore
from sync.till.till import Till
from sync.till.way_out import WayOut
from sync.till.worker import DirectFiles

MAX_CODE = 100
MAX_TRIES = 5
"""How often the first snapshot and contact are tried before a person is told."""
MAX_WAITS = 300
"""How often central is asked for a snapshot that it is still making: some ten minutes."""
MAX_FIRST_UPLOADS = 10
CODE_NOTE = "enrolled_with"

Progress = Callable[[int, int], bool]
"""Called with parts loaded and parts in all (0, 0 before that is known); False stops loading."""


class Enrolled(Struct, frozen=True, kw_only=True):
    """What came of it. ``codes`` and ``leases`` are what the till now holds."""

    identity: Identity
    codes: int
    guests: int
    leases: int
    findings: tuple[str, ...] = ()

    @property
    def till_id(self) -> int:
        """The till's number at central."""
        return self.identity.till


class Machine(Struct, frozen=True, kw_only=True):
    """The ports of the machine. ``pause`` waits some seconds between tries; None: nothing is tried twice."""

    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)
    secrets_store: SecretStore | None = None
    pause: Callable[[float], None] | None = time.sleep


def read_invitation(code: str, central: str | None) -> tuple[str, str]:
    """Return central's address and the code, from both or from the text of the office's QR."""
    invited = read_enrolment_qr(code)
    if invited is not None:
        central, code = invited
    code = code.strip()
    if not code or len(code) > MAX_CODE or not code.isprintable():
        raise UserError(
            "enrolment_code",
            "This is no enrolment code.",
            "Type the code that the office shows for this till, or scan its QR.",
        )
    if central is None or not central.strip():
        raise UserError(
            "central_address",
            "The address of the central office is missing.",
            "Name it with the code, or scan the office's QR, which holds both.",
        )
    return clean_url(central), code


def enrol(
    home: TillHome,
    *,
    code: str,
    central: str | None = None,
    app_version: str,
    progress: Progress | None = None,
    machine: Machine | None = None,
    way_out: WayOut | None = None,
) -> Enrolled:
    """Make a till of this home: enrol, take the first snapshot, then the first leases.

    ``code`` may be the whole text of the enrolment QR. Repeating the call with the same code goes on where
    it stopped. By ``way_out`` another thread may leave before the office has answered. Raises ``UserError`` with a
    sentence for everything that a person can cause or mend.
    """
    central_url, code = read_invitation(code, central)
    machine = machine or Machine()
    clock, randomness = machine.clock, machine.randomness
    till = Till.open(home, clock=clock, randomness=randomness, secrets_store=machine.secrets_store)
    try:
        identity = _become(till, central_url, code, app_version, machine, way_out or WayOut())
        key = SigningKey(till.secrets.signing_seed)
        office = HttpOffice(
            identity.central_url,
            clock=clock,
            randomness=randomness,
            credentials=Credentials(
                network=identity.network, till=identity.till, incarnation=identity.incarnation, key=key
            ),
        )
        try:
            agent = Agent(
                till,
                DirectFiles(),
                office,
                clock=clock,
                randomness=randomness,
                app_version=app_version,
                poll_ms=0,
            )
            _settle_in(till, agent, progress or _never_stop, _Patience(machine.pause, Backoff(randomness)))
            agent.close()
        finally:
            office.close()
        cache = till.cache.status()
        return Enrolled(
            identity=identity,
            codes=cache.codes,
            guests=cache.guests,
            leases=len(till.journal.leases()),
            findings=tuple(till.findings),
        )
    finally:
        till.close()


def _become(
    till: Till, central_url: str, code: str, app_version: str, machine: Machine, way_out: WayOut
) -> Identity:
    """Return who the till is, asking central unless this very code has made it one already."""
    clock = machine.clock
    mark = hashlib.sha256(code.encode()).hexdigest()
    known = till.identity
    over = till.journal.ended() is not None
    if known is not None and not over:
        if till.journal.note(CODE_NOTE) == mark:
            way_out.close()
            return known
        raise UserError(
            "already_enrolled",
            f"This folder already is the till “{known.till_name}” of {known.restaurant_name}.",
            "Use another folder for another till, or go on with this one.",
        )
    if not over:
        till.journal.set_note(CODE_NOTE, mark)
    office = HttpOffice(central_url, clock=clock, randomness=machine.randomness)
    asked_ms = clock.boottime_ms()
    try:
        with way_out.beside(office.break_off):
            reply = ask_to_enrol(office, code, SigningKey(till.secrets.signing_seed), app_version)
    finally:
        office.close()
    identity = Identity.of_reply(reply, central_url)
    if known is not None and (known.network, known.till) != (identity.network, identity.till):
        raise UserError(
            "enrolment_other_till",
            f"This code is for the till “{identity.till_name}”, and this folder holds “{known.till_name}”.",
            "Use a code for that very till here, and another folder for another till.",
        )
    way_out.close()
    till.time.anchor(reply.server_ms, clock.boottime_ms() - asked_ms)
    till.become(identity, digest_key=reply.digest_key, app_version=app_version)
    till.journal.set_note(CODE_NOTE, mark)
    return identity


def ask_to_enrol(office: Office, code: str, key: SigningKey, app_version: str) -> EnrolReply:
    """Send the code and the new key; raises ``UserError`` with a sentence about the code."""
    request = EnrolRequest(
        code=code,
        public_key=key.public,
        proof=key.sign(Purpose.ENROLMENT, code.encode() + key.public),
        app_version=app_version,
        machine=platform.node()[:MAX_CODE],
    )
    try:
        reply = office.enrol(request)
    except Refused as error:
        told = _ABOUT_CODES.get(error.problem.type)
        if told is None:
            raise
        reason, sentence = told
        raise UserError(reason, sentence, "Ask the office for a new enrolment code.") from error
    if len(reply.central_key) != KEY_BYTES or len(reply.digest_key) != KEY_BYTES:
        raise not_central("its keys have not the length that they should have")
    return reply


_ABOUT_CODES: dict[str, tuple[str, str]] = {
    ProblemType.ENROLMENT_UNKNOWN: ("enrolment_unknown", "The office does not know this enrolment code."),
    ProblemType.ENROLMENT_USED: ("enrolment_used", "This enrolment code has been used by another till."),
    ProblemType.ENROLMENT_EXPIRED: ("enrolment_expired", "This enrolment code has expired."),
}


class _Patience:
    """How often a broken line is forgiven."""

    def __init__(self, pause: Callable[[float], None] | None, backoff: Backoff) -> None:
        self._pause = pause
        self._backoff = backoff

    def try_on(self, step: Callable[[], int]) -> int:
        """Do one step; when central cannot be reached, wait and do it again, a few times at most.

        Returns after how many milliseconds the next step is due.
        """
        while True:
            try:
                due_ms = step()
            except Unreachable:
                wait_ms = self._backoff.failed()
                if self._pause is None or self._backoff.failures >= MAX_TRIES:
                    raise
                self._pause(wait_ms / 1000)
            else:
                self._backoff.succeeded()
                return due_ms

    def wait(self, due_ms: int) -> int:
        """Wait until the next step is due; return how many waits that was (0 or 1)."""
        if due_ms > 0 and self._pause is not None:
            self._pause(due_ms / 1000)
        return int(due_ms > 0)


def _settle_in(till: Till, agent: Agent, progress: Progress, patience: _Patience) -> None:
    """Take the first snapshot, then the first leases, and hand the first event over."""
    waits = 0
    while not till.cache.status().ready:
        state = agent.state()
        if not progress(state.loaded, state.to_load):
            agent.close()
            raise UserError(
                "cancelled",
                "The till is enrolled; its list of codes is not loaded yet.",
                "It is loaded when the till starts.",
            )
        waits += patience.wait(patience.try_on(agent.download.step))
        if waits > MAX_WAITS:
            agent.close()
            raise UserError(
                "snapshot_not_ready",
                "The till is enrolled; the office is still preparing its list of codes.",
                "It is loaded when the till starts.",
            )
    patience.try_on(agent.contacts.step)
    for _ in range(MAX_FIRST_UPLOADS):
        patience.try_on(agent.upload.step)
        if agent.state().unsettled == 0:
            return


def _never_stop(_loaded: int, _to_load: int) -> bool:
    return True

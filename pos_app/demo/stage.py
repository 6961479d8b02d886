"""Sets the stage: central, a filled network, a film of its codes, and a till enrolled as every till is."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pos_app.bootstrap import enrol_till
from pos_app.demo.central import LocalCentral
from pos_app.demo.film.make import make_film
from pos_app.demo.film.shot import Carrier, Manner, Shot
from pos_app.demo.narrator import Narrator
from pos_app.settings import Settings
from sync.protocol.enrolment import read_enrolment_qr
from sync.rules.user_error import UserError

NETWORK_NAME = "Harbour & Old Town"
OWNER_EMAIL = "owner@example.org"
OWNER_PASSWORD = "only-for-the-demo"  # noqa: S105 - it opens a database that this demo makes and throws away
FILM_SEED = 7

HANDS = (
    (Carrier.PAPER, Manner.STEADY),
    (Carrier.PHONE, Manner.WAVING),
    (Carrier.PAPER, Manner.TILTED),
    (Carrier.PHONE, Manner.STEADY),
    (Carrier.PAPER, Manner.UNFOCUSED),
    (Carrier.PHONE, Manner.DIM),
    (Carrier.PAPER, Manner.WAVING),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of the demo that can be scanned, and what the till will say to it."""

    kind: str
    text: str
    name: str
    expected: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What the play needs. ``latest`` is where central shows its newest sales and redemptions."""

    central: LocalCentral
    network_id: int
    till_id: int
    samples: tuple[Sample, ...]
    pins: Mapping[str, str]
    latest: str
    settings: Settings
    folder: Path

    def sample(self, text_begins: str) -> Sample:
        """Return the sample whose text begins so."""
        return next(sample for sample in self.samples if sample.text.startswith(text_begins))

    def card(self, tier: str) -> Sample:
        """Return the card of a guest of a tier."""
        return next(s for s in self.samples if s.kind == "CARD" and s.name.endswith(tier))


@contextmanager
def set_stage(settings: Settings, folder: Path, narrator: Narrator) -> Iterator[Stage]:
    """Build everything in ``folder``, from nothing; whatever was started is stopped at the end."""
    folder = folder.absolute()
    _clear(folder)
    central = LocalCentral(folder / "central")
    try:
        narrator.say("central", "starting its own PostgreSQL …")
        central.start()
        narrator.say("central", f"listens on {central.url} (process {central.process.pid})")
        yield _fill(central, settings, folder, narrator)
    finally:
        central.stop()


def make_whole_film(stage: Stage, narrator: Narrator) -> Path:
    """Make the film that stands in for a camera: one sample of each kind, held by different hands."""
    chosen = [
        stage.sample("VIP-ANNA"),
        stage.card("GOLD"),
        stage.sample("HAPPY10"),
        stage.sample("FRIEND"),
        stage.sample("COFFEE"),
        stage.sample("SUMMER2020"),
        stage.card("VIP"),
        stage.sample("GIFT"),
    ]
    shots = [Shot(s.name, s.text, *HANDS[n % len(HANDS)]) for n, s in enumerate(chosen)]
    path = stage.folder / "film.avi"
    film = make_film(
        path, shots, seed=FILM_SEED, progress=lambda done, total: narrator.progress("film", done, total)
    )
    narrator.say(
        "film", f"{len(film.shots)} codes held before the camera, {film.duration_s:.0f} s, in {path}"
    )
    return path


def _fill(central: LocalCentral, settings: Settings, folder: Path, narrator: Narrator) -> Stage:
    made = central.admin(
        "create-network", "--name", NETWORK_NAME, "--owner-email", OWNER_EMAIL, "--password-stdin",
        given=OWNER_PASSWORD,
    )  # fmt: skip
    network_id = int(made["network_id"])
    filled = central.admin("fill-demo", "--network", str(network_id))
    restaurants = {till["restaurant"] for till in filled["tills"]}
    narrator.say(
        "office",
        f"network “{NETWORK_NAME}”: {len(restaurants)} restaurants, {len(filled['tills'])} tills, "
        f"{filled['campaigns']} campaigns, {filled['codes']:,} codes, {filled['guests']} guests",
    )
    latest = str(central.admin("latest-link", "--network", str(network_id))["url"])
    till_settings = replace(settings, home=folder / "till", central=central.url)
    return Stage(
        central=central,
        network_id=network_id,
        till_id=_enrol(filled["enrolment"], till_settings, narrator),
        samples=tuple(Sample(s["kind"], s["text"], s["name"], s["expected"]) for s in filled["samples"]),
        pins={person["name"]: person["pin"] for person in filled["staff"]},
        latest=latest,
        settings=till_settings,
        folder=folder,
    )


def _enrol(enrolment: dict[str, Any], settings: Settings, narrator: Narrator) -> int:
    """Enrol the till from the text of its QR, as its camera would read it."""
    read = read_enrolment_qr(enrolment["qr_text"])
    if read is None:
        raise UserError("no_enrolment", "Central's enrolment QR cannot be read.", "This is a defect.")
    central, code = read
    enrolled = enrol_till(settings, central, code)
    narrator.say(
        "enrolment", f"till {enrolled.till_id} made its own key and took its first copy of codes and guests"
    )
    return int(enrolled.till_id)


def _clear(folder: Path) -> None:
    """Begin from nothing; only what an earlier demo left is removed."""
    for name in ("central", "till", "clips"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in [*folder.glob("*.png"), folder / "film.avi", folder / "central.log"]:
        path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)

"""Saving the journal of a home whose till cannot be opened any more."""

import json
from pathlib import Path

from sync.protocol.keys import SigningKey
from sync.rules.user_error import UserError
from sync.till.home import TillHome
from sync.till.journal.salvage import Salvaged, salvage
from sync.till.secrets import SecretStore


def salvage_home(home: TillHome, to: Path) -> Salvaged:
    """Save what can be read of a home's journal into a file that the till's next machine takes in.

    Raises ``UserError``: ``already_open``, ``not_enrolled`` when nothing says which till this was, and what
    :func:`sync.till.journal.salvage.salvage` raises.
    """
    with home.lock():
        secrets = SecretStore(home).load_or_make()
        network, till = _whose(home)
        return salvage(
            home.journal_file,
            secrets.file_key,
            to.expanduser().absolute(),
            network=network,
            till=till,
            signing_key=SigningKey(secrets.signing_seed),
        )


def _whose(home: TillHome) -> tuple[int, int]:
    try:
        place = json.loads(home.identity_file.read_text("ascii"))
        return int(place["network"]), int(place["till"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            "not_enrolled",
            "This till is not enrolled yet.",
            "Ask the office for an enrolment code and enrol it first.",
        ) from error

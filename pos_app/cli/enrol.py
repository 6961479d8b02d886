"""``enrol``: make this folder a till of a network, with the code that the office shows."""

import sys

from pos_app.bootstrap import enrol_till
from pos_app.cli.output import say, write_json
from pos_app.settings import Settings


def run(settings: Settings, code: str) -> int:
    """Enrol, take the first snapshot and leases, print who the till is as one JSON line."""
    enrolled = enrol_till(settings, settings.central, code, _progress)
    identity = enrolled.identity
    for finding in enrolled.findings:
        say(finding)
    write_json(
        {
            "till_id": enrolled.till_id,
            "till": identity.till_name,
            "restaurant_id": identity.restaurant,
            "restaurant": identity.restaurant_name,
            "network_id": identity.network,
            "network": identity.network_name,
            "codes": enrolled.codes,
            "guests": enrolled.guests,
            "leases": enrolled.leases,
            "home": str(settings.home),
        }
    )
    return 0


def _progress(loaded: int, to_load: int) -> bool:
    if to_load and sys.stderr.isatty():
        print(f"\rLoading the network's codes: {loaded} of {to_load} parts", end="", file=sys.stderr)
    return True

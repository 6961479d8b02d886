"""Telling every process at once that somebody of a network is shut out, in the transaction that does it.

Processes believe for a moment whom they have let in; this ends that moment. A notice that is lost (a connection that
broke) costs what it cost without one: the rest of a second.
"""

import asyncpg

SHUT_OUT_CHANNEL = "countersign_shut_out"
"""NOTIFY channel; the payload is the network's id."""


async def tell_shut_out(connection: asyncpg.Connection, network_id: int) -> None:
    """Let every process ask again of whomever it has let in to this network, once the caller's transaction commits."""
    await connection.execute("SELECT pg_notify($1, $2)", SHUT_OUT_CHANNEL, str(network_id))

"""A receipt that another till printed, brought to this one: what the real central lets it prove."""

import asyncio
import time
from dataclasses import replace
from uuid import uuid4

import pytest

from pos_app.receipts.content import Letterhead
from pos_app.receipts.slip import Code
from pos_app.receipts.typeset import WIDE, typeset
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Sold
from pos_app.usecases.verify_receipt import Held, Signature
from sync.central.database import connected
from sync.central.services.till_keys import tell_keys
from sync.protocol.keys import SigningKey
from sync.protocol.receipts import read_receipt, sign_receipt
from sync.rules.receipt_text import ReceiptProof
from sync.rules.sale import Line
from sync.till.agent.threads import LOOK_AGAIN_S
from tests.builders.patience import LONG_S
from tests.builders.real_counter import counter_at
from tests.builders.real_network import RealNetwork, settled
from tests.builders.working_till import WorkingTill

pytestmark = pytest.mark.timeout(600)

LINES = (Line(amount_minor=3000),)


def code_of(counter: Counter, sold: Sold) -> str:
    slip = counter.receipts.slip(sold.event, Letterhead())
    (code,) = [line.text for line in typeset(slip, WIDE) if isinstance(line, Code)]
    return code


async def told_keys(network: RealNetwork) -> None:
    """Let the office tell now what it tells each minute."""
    async with (
        connected(network.central.dsn()) as database,
        database.network_transaction(network.id) as connection,
    ):
        await tell_keys(connection, network.id)


def wait_for_keys(till: WorkingTill) -> None:
    """Wait until the feed has brought a till what it is told of the others."""
    ends_s = time.monotonic() + LONG_S
    board = till.threads.agent.board
    while time.monotonic() < ends_s:
        settings = till.files.call(till.till.cache.settings)
        if settings is not None and settings.tills:
            return
        with board.changed:
            board.changed.wait(LOOK_AGAIN_S)
    pytest.fail("the till was told of no other")


def proof_of(text: str) -> ReceiptProof:
    proof = read_receipt(text)
    assert proof is not None
    return proof


def test_central_proves_another_tills_receipt_even_before_it_has_heard_of_the_sale(
    network: RealNetwork,
) -> None:
    bar, door = network.till("Bar"), network.till("Door")
    at_bar, at_door = counter_at(bar), counter_at(door)
    settled(bar)
    bar.threads.stop(LONG_S)
    sold = at_bar.sell(LINES, [])
    text = code_of(at_bar, sold)
    early = at_door.receipts.verify(text)
    assert (early.signature, early.held, early.till_name) == (Signature.GOOD, Held.NOT_YET, "Bar")
    assert early.proved


def test_central_holds_the_event_with_the_hash_on_the_paper(network: RealNetwork) -> None:
    bar, door = network.till("Bar"), network.till("Door")
    at_bar, at_door = counter_at(bar), counter_at(door)
    text = code_of(at_bar, at_bar.sell(LINES, []))
    settled(bar)
    verified = at_door.receipts.verify(text)
    assert (verified.signature, verified.held, verified.proved) == (Signature.GOOD, Held.OFFICE, True)
    key = SigningKey(bar.till.secrets.signing_seed)
    other = at_door.receipts.verify(sign_receipt(replace(proof_of(text), hash=bytes(32)), key))
    assert (other.held, other.proved) == (Held.DIFFERENT, False)


def test_a_forged_or_foreign_receipt_is_found(network: RealNetwork) -> None:
    bar, door = network.till("Bar"), network.till("Door")
    at_bar, at_door = counter_at(bar), counter_at(door)
    proof = proof_of(code_of(at_bar, at_bar.sell(LINES, [])))
    settled(bar)
    thief = SigningKey(bytes([9]) * 32)
    altered = at_door.receipts.verify(sign_receipt(replace(proof, paid_minor=1), thief))
    assert (altered.signature, altered.proved) == (Signature.ALTERED, False)
    invented = at_door.receipts.verify(sign_receipt(replace(proof, till=99_999, event=uuid4()), thief))
    assert (invented.signature, invented.held) == (Signature.UNKNOWN_TILL, Held.NOT_YET)
    absurd = at_door.receipts.verify(sign_receipt(replace(proof, till=2**62, event=uuid4()), thief))
    assert absurd.signature is Signature.UNKNOWN_TILL


def test_what_tills_were_told_of_one_another_proves_receipts_without_the_office(network: RealNetwork) -> None:
    bar = network.till("Bar")
    at_bar = counter_at(bar)
    text = code_of(at_bar, at_bar.sell(LINES, []))
    asyncio.run(told_keys(network))
    door = network.till("Door")
    wait_for_keys(door)
    alone = counter_at(door, offline=True).receipts
    verified = alone.verify(text)
    assert (verified.signature, verified.held, verified.till_name) == (Signature.GOOD, Held.UNASKED, "Bar")
    thief = SigningKey(bytes([9]) * 32)
    altered = alone.verify(sign_receipt(proof_of(text), thief))
    assert (altered.signature, altered.proved) == (Signature.ALTERED, False)

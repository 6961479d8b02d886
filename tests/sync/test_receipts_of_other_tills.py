"""A receipt that another till printed, brought to this one: what the real central lets it prove."""

from dataclasses import replace
from uuid import uuid4

import pytest

from pos_app.receipts.content import Letterhead
from pos_app.receipts.slip import Code
from pos_app.receipts.typeset import WIDE, typeset
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Sold
from pos_app.usecases.verify_receipt import Held, Signature
from sync.protocol.keys import SigningKey
from sync.protocol.receipts import read_receipt, sign_receipt
from sync.rules.receipt_text import ReceiptProof
from sync.rules.sale import Line
from tests.builders.real_counter import counter_at
from tests.builders.real_network import RealNetwork, settled
from tests.builders.working_till import LONG_S

pytestmark = pytest.mark.timeout(600)

LINES = (Line(amount_minor=3000),)


def code_of(counter: Counter, sold: Sold) -> str:
    slip = counter.receipts.slip(sold.event, Letterhead())
    (code,) = [line.text for line in typeset(slip, WIDE) if isinstance(line, Code)]
    return code


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
    offline = counter_at(door, offline=True).receipts.verify(sign_receipt(proof, thief))
    assert (offline.signature, offline.held, offline.proved) == (Signature.UNCHECKED, Held.UNASKED, False)

"""Fields open only under the key that sealed them, as what they are and where they belong."""

import pytest

from sync.central.seals import MAX_KEY_NUMBER, OLDEST_KEY, FieldSeal, KeyName, key_name_of
from sync.central.secrets import Secrets
from sync.rules.user_error import UserError
from tests.builders.central_world import SECRETS

FIELD = "guests.phone"
PHONE = "+49 30 901820"
STORED = {1: bytes(32), 7: bytes(range(32)), MAX_KEY_NUMBER: b"k" * 32}


def derived(number: int) -> bytes:
    return SECRETS.derived_field_key(5, number)


def test_a_sealed_field_opens_only_as_what_it_is_and_where_it_belongs() -> None:
    seal = FieldSeal(derived, {}, OLDEST_KEY)
    sealed = seal.seal(FIELD, PHONE)
    assert seal.open(FIELD, sealed) == PHONE
    assert seal.seal(FIELD, PHONE) != sealed
    for broken in (sealed[:-1], b"", b"\x02" + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(UserError):
            seal.open(FIELD, broken)
    with pytest.raises(UserError):
        seal.open("guests.email", sealed)
    with pytest.raises(UserError) as caught:
        FieldSeal(lambda number: Secrets(bytes(32)).derived_field_key(5, number), {}).open(FIELD, sealed)
    assert caught.value.reason == "seal_broken"


@pytest.mark.parametrize(
    "name",
    [
        OLDEST_KEY,
        KeyName(1, stored=False),
        KeyName(1, stored=True),
        KeyName(7, stored=True),
        KeyName(MAX_KEY_NUMBER, stored=True),
    ],
)
def test_a_field_names_the_key_that_sealed_it_and_opens_under_no_other(name: KeyName) -> None:
    sealed = FieldSeal(derived, STORED, name).seal(FIELD, PHONE)
    assert key_name_of(sealed) == name
    assert sealed.startswith(name.header)
    assert FieldSeal(derived, STORED, OLDEST_KEY).open(FIELD, sealed) == PHONE
    others = dict.fromkeys(STORED, b"x" * 32)
    with pytest.raises(UserError):
        FieldSeal(lambda _: b"y" * 32, others).open(FIELD, sealed)
    with pytest.raises(UserError):
        FieldSeal(derived, STORED).open(FIELD, bytes([*sealed[:2], sealed[2] ^ 1, *sealed[3:]]))


def test_what_a_destroyed_key_sealed_is_told_from_a_wrong_secret() -> None:
    sealed = FieldSeal(derived, STORED, KeyName(7, stored=True)).seal(FIELD, PHONE)
    with pytest.raises(UserError) as caught:
        FieldSeal(derived, {1: STORED[1]}).open(FIELD, sealed)
    assert caught.value.reason == "key_destroyed"


def test_keys_that_were_read_to_open_with_seal_nothing() -> None:
    with pytest.raises(ValueError, match="current_fields"):
        FieldSeal(derived, STORED).seal(FIELD, PHONE)

from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.sealed_keys import open_key, seal_key

NETWORK = bytes(range(32))
KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS, st.integers(1, 2**40))
def test_a_sealed_key_opens_again_and_is_the_same_bytes_each_time(key: bytes, number: int) -> None:
    sealed = seal_key(NETWORK, number, key)
    assert open_key(NETWORK, number, sealed) == key
    assert seal_key(NETWORK, number, key) == sealed
    assert key not in sealed


@given(KEYS, st.integers(0, 47), st.integers(0, 7))
def test_another_network_another_number_and_a_changed_bit_open_nothing(
    key: bytes, place: int, bit: int
) -> None:
    sealed = seal_key(NETWORK, 1, key)
    assert open_key(bytes(32), 1, sealed) is None
    assert open_key(NETWORK, 2, sealed) is None
    changed = bytearray(sealed)
    changed[place] ^= 1 << bit
    assert open_key(NETWORK, 1, bytes(changed)) is None
    assert open_key(NETWORK, 1, b"") is None

"""Texts that prove themselves: signed vouchers and guests' cards, judged by the keys that the office gave out.

A genuine voucher or card is one that the office made; it is then judged like any other, and its units come
from where all units come from. A text of neither form is nobody's business here.
"""

from collections.abc import Mapping

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.waiting_guests import waiting_card
from sync.protocol.feed import SettingsRow
from sync.protocol.keys import KEY_BYTES, VerifyKey
from sync.protocol.sealed_keys import open_key
from sync.protocol.vouchers import check_voucher
from sync.rules.card_text import CardKeys, CardText, judge_card, read_card_text
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.voucher_text import SignedVoucher, split_voucher_text
from sync.till.cache.found import Found


class Proven(Struct, frozen=True):
    """What a text of one of our forms stands for; ``reason`` is why it is not good, None where it is."""

    found: Found
    reason: Reason | None = None
    voucher: SignedVoucher | None = None


def read_signed(desk: Desk, text: str, settings: SettingsRow | None, moment: Moment) -> Proven | None:
    """Judge a text on the files' thread; None for a text of another form, or where no key has come yet."""
    if settings is None:
        return None
    if split_voucher_text(text) is not None:
        return _voucher(desk, text, settings.voucher_keys)
    card = read_card_text(text)
    return None if card is None else _card(desk, text, card, settings.card_keys, moment)


def _voucher(desk: Desk, text: str, publics: Mapping[int, bytes]) -> Proven | None:
    if not publics:
        return None
    keys = {number: VerifyKey(public) for number, public in publics.items() if len(public) == KEY_BYTES}
    cache = desk.till.cache
    checked = check_voucher(text, desk.identity.network, keys)
    if checked is None:
        return None
    if isinstance(checked, Reason):
        return Proven(cache.nothing(text), checked)
    found = cache.voucher(checked, text)
    if found is None:
        # The office has deleted the code: genuine, and withdrawn.
        return Proven(cache.nothing(text), Reason.ARCHIVED)
    return Proven(found, voucher=checked)


def _card(
    desk: Desk, text: str, card: CardText, sealed: Mapping[int, bytes], moment: Moment
) -> Proven | None:
    if not sealed:
        return None
    digest_key = desk.till.secrets.digest_key or b""
    opened = {number: open_key(digest_key, number, each) for number, each in sealed.items()}
    keys = CardKeys(
        network=desk.identity.network,
        current=max(opened),
        keys={number: key for number, key in opened.items() if key is not None},
    )
    cache = desk.till.cache
    reason = judge_card(card, keys, moment)
    if reason is not Reason.CARD_OK:
        return Proven(cache.nothing(text), reason)
    found = cache.card(card.card, text) or waiting_card(desk, card.card, cache.nothing(text).digest)
    return Proven(cache.nothing(text), Reason.NOT_LOADED) if found is None else Proven(found)

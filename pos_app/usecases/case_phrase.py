"""One kind of case in words, and the advice that many of them share."""

from msgspec import Struct

Both = tuple[str, str]
"""English, Russian."""

TELL = ("Tell the office the number of this case.", "Назовите офису номер этого случая.")
NOTHING = ("You need do nothing: the office looks into it.", "Ничего делать не нужно: офис разберётся.")
IT = ("Tell IT, and name the case's number.", "Сообщите ИТ и назовите номер случая.")
WATCH = (
    "Scan codes with the till connected, and tell the office if it happens again.",
    "Считывайте коды при наличии связи; если повторится, сообщите офису.",
)


class Phrase(Struct, frozen=True, kw_only=True):
    """One kind of case. ``figures`` is a sentence more, where the office told everything that it names."""

    title: Both
    what: Both
    advice: Both
    figures: Both | None = None

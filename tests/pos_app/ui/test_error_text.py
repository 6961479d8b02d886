"""Errors are said in the language of the face, with their particulars."""

from pos_app.ui.error_text import ErrorText
from sync.rules.user_error import UserError

MESSAGES = {
    ("UserError", "The film {0} is gone from {1}."): ("Фильма {0} больше нет в {1}.",),
    ("UserError", "It failed: {0}"): ("Не вышло: {0}",),
    ("UserError", "Call IT."): ("Позвоните в ИТ.",),
    ("UserError", "{0}"): ("всё подряд",),
    ("Other", "Wait."): ("Ждите.",),
}


def test_particulars_are_kept_wherever_the_other_language_puts_them() -> None:
    text = ErrorText(MESSAGES)
    error = UserError("film", "The film a.avi is gone from /tmp/x.", "Call IT.")
    assert text.say(error) == ("Фильма a.avi больше нет в /tmp/x.", "Позвоните в ИТ.")


def test_a_sentence_within_a_sentence_is_said_too() -> None:
    assert ErrorText(MESSAGES).of("It failed: Call IT.") == "Не вышло: Позвоните в ИТ."


def test_several_sentences_in_a_row_are_found() -> None:
    text = ErrorText(MESSAGES)
    assert text.of("The film a is gone from b. Call IT.") == "Фильма a больше нет в b. Позвоните в ИТ."


def test_what_nobody_translated_stays_as_it_is() -> None:
    text = ErrorText(MESSAGES)
    assert text.of("Something new.") == "Something new."
    assert text.of("") == ""
    assert text.of("Wait.") == "Wait."

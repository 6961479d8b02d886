"""Leaving an enrolment: in time, and it leaves nothing; too late, and it says so."""

import pytest

from sync.rules.user_error import UserError
from sync.till.office import Unreachable
from sync.till.way_out import WayOut


def unreachable() -> Unreachable:
    return Unreachable("unreachable", "The central office cannot be reached.", "Try again.")


def test_leaving_while_the_office_is_asked_breaks_the_question_off_and_says_so() -> None:
    way_out, broken = WayOut(), []

    def ask() -> None:
        with way_out.beside(lambda: broken.append(1)):
            assert way_out.leave()
            raise unreachable()

    with pytest.raises(UserError) as caught:
        ask()
    assert caught.value.reason == "enrolment_left"
    assert broken == [1]


def test_an_answer_that_comes_after_somebody_left_is_not_taken() -> None:
    way_out = WayOut()
    with way_out.beside(lambda: None):
        assert way_out.leave()
    with pytest.raises(UserError, match="nothing has changed"):
        way_out.close()


def test_whoever_left_before_the_office_was_asked_asks_nothing() -> None:
    way_out = WayOut()
    assert way_out.leave()
    with pytest.raises(UserError, match="nothing has changed"), way_out.beside(lambda: None):
        pytest.fail("the office was asked")


def test_once_the_answer_is_taken_there_is_nothing_to_leave() -> None:
    way_out = WayOut()
    with way_out.beside(lambda: None):
        pass
    way_out.close()
    assert not way_out.leave()


def test_what_fails_by_itself_keeps_its_own_words() -> None:
    with pytest.raises(Unreachable), WayOut().beside(lambda: None):
        raise unreachable()

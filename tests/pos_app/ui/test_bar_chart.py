"""A chart leaves no bar out for which it asked for room, and never more than there is no room for."""

import pytest
from pytestqt.qtbot import QtBot

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.bar_chart import MAX_BARS, Bar, BarChart


def a_chart(qtbot: QtBot, count: int, scale: float) -> BarChart:
    chart = BarChart()
    qtbot.addWidget(chart)
    chart.dress(Look(scale=scale))
    chart.say("By reason", [Bar(f"Reason {number}", number, str(number)) for number in range(count)], "None")
    return chart


@pytest.mark.parametrize("count", [1, 2, 3, 7, MAX_BARS])
def test_every_bar_is_painted_in_the_height_that_the_chart_asks_for(qtbot: QtBot, count: int) -> None:
    for scale in (1 + step / 8 for step in range(25)):
        chart = a_chart(qtbot, count, scale)
        chart.resize(chart.sizeHint())
        assert chart.fitting == chart.bars, scale
        chart.resize(chart.width(), chart.height() - 1)
        assert chart.fitting == chart.bars[: max(1, count - 1)], scale


def test_in_the_least_height_the_first_bar_is_painted(qtbot: QtBot) -> None:
    chart = a_chart(qtbot, 5, 1.25)
    chart.resize(chart.minimumSize())
    assert [bar.label for bar in chart.fitting] == ["Reason 0"]

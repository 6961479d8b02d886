"""What an offer gives, in the words of the screen: products by the catalogue's names, not by identifiers."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pos_app.ui.words.basket import applied_lines
from pos_app.ui.words.speech import Speech
from pos_app.ui.words.verdict import look_up_words
from pos_app.usecases.source import Source
from sync.rules.sale import Line
from tests.builders.desk import World, a_counter, the_till
from tests.builders.rules import a_campaign, free_item

OFFER = "Espresso for free, at most 2.80\u00a0EUR"


def test_a_free_item_is_read_by_its_name_on_the_card_and_under_the_amount(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.code("COFFEE", world.campaign(a_campaign(free_item("ESPRESSO", 280))))
    counter = a_counter(tmp_path, world)
    look = counter.look_up("COFFEE", Source.CAMERA)
    settings = the_till(counter).cache.settings()
    speech = Speech(language="en", zone=ZoneInfo("Europe/Berlin"), currency="EUR", settings=settings)
    assert look_up_words(look, speech).gives == OFFER
    [line] = applied_lines((look,), counter.price((Line(amount_minor=1250),), [look]), speech)
    assert (line.note, line.value, line.applies) == (OFFER, "−2.80", True)

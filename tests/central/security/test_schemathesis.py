"""Every endpoint is asked what its own description allows, and what it does not: nothing breaks, nothing surprises."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy, one_of
from schemathesis import APIOperation, Case, GenerationMode

from tests.builders.expected_access import EXPECTED
from tests.builders.knocking import House, house

EXAMPLES = 7
UNDESCRIBED = {"GET /schema", "GET /schema/openapi.json", "GET /schema/{path}"}
"""The description itself."""
LETTERS = "wgpt"
NO_SUCH: dict[str, Any] = dict.fromkeys(("session_id", "shift_id"), str(UUID(int=1)))
"""What stands in an address where no number does."""


@pytest.fixture(scope="module")
def door(central_dsn: str) -> Iterator[House]:
    with house(central_dsn) as standing:
        yield standing


def test_every_route_is_described(door: House) -> None:
    assert set(door.operations) == set(EXPECTED) - UNDESCRIBED


@pytest.mark.parametrize("route", sorted(set(EXPECTED) - UNDESCRIBED))
def test_whatever_is_sent_the_answer_is_one_of_those_described(door: House, route: str) -> None:
    who = next((letter for letter in LETTERS if letter in EXPECTED[route]), "")
    headers = door.headers(who)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_to(door, door.operations[route]))
    def knock(case: Case[Any]) -> None:
        door.knock(case, headers)

    knock()


@pytest.mark.parametrize("route", sorted(route for route, who in EXPECTED.items() if who != "*"))
def test_nobody_gets_another_answer_than_those_described(door: House, route: str) -> None:
    """The guard looks at nothing but who asks; open routes are asked by nobody known above."""
    operation = door.operations[route]
    places = {
        each.name: door.places.get(each.name, NO_SUCH.get(each.name, 1)) for each in operation.path_parameters
    }
    answer = door.knock(operation.Case(path_parameters=places), {})
    assert answer.status_code == 401


def requests_to(door: House, operation: APIOperation[Any, Any, Any, Any]) -> SearchStrategy[Case[Any]]:
    """Make up what fits the description, about what is there and about what is not, and what does not fit."""
    kinds = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    places = {each.name for each in operation.path_parameters}
    known = {name: number for name, number in door.places.items() if name in places}
    if known:
        kinds.append(operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=known))
    if operation.body or list(operation.iter_parameters()):
        kinds.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return one_of(kinds)

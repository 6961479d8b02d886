"""A file of codes over the office's interface: good lines are made, bad ones are told by their number."""

import pytest

from sync.central.http.routes.code_files import MAX_FILE_BYTES
from sync.central.schema.words import Role
from sync.central.services.import_desk import MAX_TOLD
from tests.builders.callers import member, owner_headers
from tests.builders.office import Office, problem_of

pytestmark = pytest.mark.anyio

PATH = "/api/codes/import"
CSV = {"Content-Type": "text/csv"}
HEADER = "kind,code,name,max_uses\n"
MANY, WRONG_EVERY = 6_000, 500
MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office) | CSV


async def test_a_file_of_ten_megabytes_is_imported_but_for_its_bad_lines(
    office: Office, owner: dict[str, str]
) -> None:
    name = "N" * 150
    lines = [
        f"VOUCHER,MANY-{number},{name},{'many' if number % WRONG_EVERY == 0 else 1}\n"
        for number in range(1, MANY + 1)
    ]
    # A spreadsheet's empty rows make the rest of the ten megabytes.
    empty = ",,,\n" * ((MEGABYTES - sum(map(len, lines))) // 4)
    answer = await office.client.post(
        PATH, content=f"{HEADER}{''.join(lines)}{empty}".encode(), headers=owner
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    wrong = MANY // WRONG_EVERY
    assert (told["imported"], told["refused"]) == (MANY - wrong, wrong)
    assert [bad["line"] for bad in told["bad_lines"]] == [
        number + 1 for number in range(1, MANY + 1) if number % WRONG_EVERY == 0
    ]
    assert {bad["reason"] for bad in told["bad_lines"]} == {"max_uses_unreadable"}
    assert await office.value("SELECT count(*) FROM codes") == MANY - wrong
    row = (await office.fetch("SELECT actor, detail FROM audit WHERE action = 'codes.import'"))[0]
    assert row["actor"].startswith("staff:")
    assert row["detail"] == {"imported": MANY - wrong, "refused": wrong}


async def test_a_file_that_is_sent_again_makes_nothing_twice(office: Office, owner: dict[str, str]) -> None:
    file = f"{HEADER}VIP,TABLE-1,Table,\nVIP,TABLE-2,Table,5\n".encode()
    first, second = [(await office.client.post(PATH, content=file, headers=owner)).json() for _ in range(2)]
    assert (first["imported"], second["imported"], second["refused"]) == (2, 0, 2)
    assert {bad["reason"] for bad in second["bad_lines"]} == {"code_exists"}
    assert first["campaigns"][0]["kind"] == "VIP"


async def test_of_very_many_bad_lines_the_first_are_told(office: Office, owner: dict[str, str]) -> None:
    file = f"{HEADER}{'SOUP,X,Y,1' + chr(10)}" * 1 + "SOUP,X,Y,1\n" * (MAX_TOLD + 4)
    told = (await office.client.post(PATH, content=file.encode(), headers=owner)).json()
    assert (told["refused"], len(told["bad_lines"])) == (MAX_TOLD + 5, MAX_TOLD)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"code\nX\n", 400), (b"\xff\xfe\xfd" * 9, 400), (b"x" * (MAX_FILE_BYTES + 1), 413)],
    ids=["empty", "no columns", "no text", "too large"],
)
async def test_what_is_no_file_of_codes_is_refused_in_words(
    office: Office, owner: dict[str, str], content: bytes, status: int
) -> None:
    answer = await office.client.post(PATH, content=content, headers=owner)
    assert (answer.status_code, bool(answer.json()["title"])) == (status, True)
    assert problem_of(answer) in ("invalid", "too-large")
    assert await office.value("SELECT count(*) FROM codes") == 0


async def test_a_cashier_imports_nothing(office: Office) -> None:
    cashier = (await member(office, Role.CASHIER)).headers | CSV
    answer = await office.client.post(PATH, content=b"kind,code,name\nVIP,A-1,A\n", headers=cashier)
    assert answer.status_code == 403

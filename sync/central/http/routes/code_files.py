"""`POST /api/codes/import`: a file of codes (CSV), as spreadsheets write it."""

from dataclasses import dataclass

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import RawBody

from sync.central.http.central import Central
from sync.central.services.import_desk import ImportedFile, import_file
from sync.central.services.login import Person

CSV = "text/csv"
MAX_FILE_BYTES = 16 * 1024 * 1024


@dataclass
class FileOfCodes(Operation):
    """The description of a body that is a file."""

    def __post_init__(self) -> None:
        """Say what is sent."""
        self.request_body = RequestBody(
            content={CSV: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))},
            description="The columns kind, code and name, and any of those that an import by command knows.",
            required=True,
        )


@post(
    "/import",
    status_code=200,
    summary="Import a file of codes",
    request_max_body_size=MAX_FILE_BYTES,
    operation_class=FileOfCodes,
)
async def import_codes(
    body: RawBody, central: NamedDependency[Central], person: NamedDependency[Person]
) -> ImportedFile:
    """Make the codes of all good lines, and tell every bad one by its number."""
    return await import_file(central.database, central.secrets, person, body)


code_file_routes = Router(
    "/api/codes", route_handlers=[import_codes], tags=["codes"], security=[{"bearer": []}]
)

"""What all tables share: how columns are typed, how constraints are named, and the tenant's key."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Count = Annotated[int, mapped_column(BigInteger, server_default=text("0"))]
Small = Annotated[int, mapped_column(Integer)]
Branch = Annotated[int, mapped_column(SmallInteger, server_default=text("0"))]
Off = Annotated[bool, mapped_column(server_default=text("false"))]
On = Annotated[bool, mapped_column(server_default=text("true"))]
Now = Annotated[datetime, mapped_column(TIMESTAMP(timezone=True), server_default=func.now())]


class Model(DeclarativeBase):
    """The parent of every table's class."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger(),
        str: Text(),
        bytes: LargeBinary(),
        datetime: TIMESTAMP(timezone=True),
        UUID: Uuid(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class Tenant:
    """Rows of one network. The network leads every primary key, so that the schema distributes by it."""

    network_id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


def one_of(column: str, values: type[StrEnum]) -> str:
    """Write the CHECK that a text column holds one of an enumeration's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"

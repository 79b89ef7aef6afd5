"""What all request bodies have in common: unknown fields are refused, ids are short and printable, text holds no NUL."""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

Body = TypeVar("Body", bound=BaseModel)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _storable(text: str) -> str:
    """Raises ValueError for what no database keeps as text."""
    if "\0" in text:
        raise ValueError("holds a NUL character; leave it out")
    return text


def _in_our_years(moment: datetime) -> datetime:
    """Raises ValueError for a time that no arithmetic with zones and windows bears, and no talk is held in."""
    if not 1900 <= moment.year < 2200:
        raise ValueError("is outside the years 1900 to 2199")
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_our_years)]
Storable = AfterValidator(_storable)
Id = Annotated[str, Field(min_length=1, max_length=200), Storable]
Text = Annotated[str, Field(max_length=4000), Storable]
Word = Annotated[str, Field(max_length=200), Storable]


def parsed(kind: type[Body], raw: Any) -> Body:
    """One body, read by hand where the framework cannot choose its form. Raises RequestValidationError that names the fields."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise RequestValidationError([{**found, "loc": ("body", *found["loc"])} for found in error.errors()]) from error

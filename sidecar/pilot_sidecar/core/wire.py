"""Base model of everything that crosses a wire: snake_case here, camelCase there."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """A message; unknown fields are ignored so that older and newer versions can talk."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        serialize_by_alias=True,
        ser_json_inf_nan="null",
    )

    def assign(self, **values: object) -> None:
        """Set fields to values known to fit: a third of the cost of pydantic's own assignment, on the busiest path."""
        self.__dict__.update(values)

    def encode(self) -> bytes:
        """Return the wire form: camelCase JSON without absent (null) fields."""
        return self.__pydantic_serializer__.to_json(self, by_alias=True, exclude_none=True)

    def dump(self) -> dict[str, object]:
        """Return the wire form as plain JSON values."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

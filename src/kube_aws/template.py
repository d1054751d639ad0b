"""Templates of YAML, JSON and TOML: all three read JSON, so every value goes in as JSON."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template

SUFFIXES = (".yaml", ".json", ".toml")
"""Files that are templates; all others are used as they lie."""


def render(text: str, values: Mapping[str, Any]) -> str:
    """The template with its values in it. A value that is unknown, or that has not gone through
    `tojson`, is an error of the template: jinja2's UndefinedError, TypeError."""
    return _compiled(text).render(values)


@cache
def _compiled(text: str) -> "Template":
    """Kept, as compiling takes most of a rendering: both roles share files, and tests render often."""
    return _environment().from_string(text)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def json_only(value: object) -> object:
        # The filter `tojson` returns Markup; nothing else does.
        if not isinstance(value, Markup):
            raise TypeError(f"{value!r} has not gone through tojson")
        return value

    return Environment(
        undefined=StrictUndefined,
        finalize=json_only,
        autoescape=False,  # noqa: S701  json_only lets through what tojson has quoted, and nothing else.
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

"""What a check says: where, what, and the next step."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a file (relative to the cluster's folder), its line and
    column (from 1), and the stack resource, each where it is known."""

    file: str
    line: int | None = None
    column: int | None = None
    resource: str | None = None

    def __str__(self) -> str:
        position = "".join(f":{number}" for number in (self.line, self.column) if number is not None)
        return f"{self.file}{position}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of one check. `id` is the check's short name, as `unit-missing`."""

    severity: Severity
    id: str
    place: Place
    what: str
    next_step: str = ""

"""An access key and its secret."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """An access key. `token` belongs to temporary ones."""

    access_key_id: str
    secret_access_key: str
    token: str | None = None

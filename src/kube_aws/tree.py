"""A folder as a value: what render makes, what lies on disk, what a node receives."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class File:
    """One file: its bytes, and whether its mode is 0755 (executable) or 0644."""

    content: bytes
    executable: bool = False


Tree = Mapping[PurePosixPath, File]
"""Files by their path relative to the tree's root; folders exist through their files."""

"""Where a world's machines and volumes lie in its state folder."""

from pathlib import Path


def machine(state: Path, instance: str) -> Path:
    """The folder of an instance's machine: its disk, its console, how it ended."""
    return state / "machines" / instance


def volume(state: Path, volume: str) -> Path:
    """The file of a volume."""
    return state / "volumes" / volume

"""Where a world's things are: names in the kernel begin with its id, files lie in its state folder."""

from hashlib import sha256
from pathlib import Path


def world(state: Path) -> str:
    """The world's id, six hex digits, from its state folder."""
    return sha256(str(state.resolve()).encode()).hexdigest()[:6]


def internet(state: Path) -> str:
    """The network namespace that is the internet, and the operator's place in it."""
    return f"ka-{world(state)}-net"


def enter(state: Path) -> tuple[str, ...]:
    """The beginning of a command line that runs in the operator's place."""
    return ("ip", "netns", "exec", internet(state))


def trust(state: Path) -> Path:
    """The certificates that are trusted in the world: this machine's, and its own authority's."""
    return state / "trust.pem"


def programs(state: Path) -> Path:
    """The folder with the operator's kubectl."""
    return state / "bin"


def console(state: Path, instance_id: str) -> Path:
    """The file that a machine's serial console writes to."""
    return state / "machines" / instance_id / "console"

"""The state of haproxy's servers: what `show servers state` answers, and a new process reads from a file.

A process that follows another goes on where that one was; a server that nobody knows yet is down until it was
found healthy as often as it has to be.
Source: haproxy's Management Guide, "show servers state", and Configuration Manual, "server-state-file".
"""

from collections.abc import Iterator, Mapping
from typing import Literal

State = Literal["initial", "healthy", "unhealthy"]

Server = tuple[str, str]
"""The names of a backend and of a server in it."""

Address = tuple[str, int]
"""Where a server is: address and port."""

_FIELDS = [
    "be_id",
    "be_name",
    "srv_id",
    "srv_name",
    "srv_addr",
    "srv_op_state",
    "srv_admin_state",
    "srv_uweight",
    "srv_iweight",
    "srv_time_since_last_change",
    "srv_check_status",
    "srv_check_result",
    "srv_check_health",
    "srv_check_state",
    "srv_agent_state",
    "bk_f_forced_id",
    "srv_f_forced_id",
    "srv_fqdn",
    "srv_port",
    "srvrecord",
    "srv_use_ssl",
    "srv_check_port",
    "srv_check_addr",
    "srv_agent_addr",
    "srv_agent_port",
]
_NEW = "0 {} 0 {} - 0 0 1 1 0 1 0 0 6 0 0 0 - 0 - 0 0 - - 0"
_STOPPED = "0"
_FAILED = "2"


def state_file(servers: Mapping[Server, Address], former: str) -> str:
    """The file for a new process; `former` is what the process before it answered, or empty.

    The file's addresses are taken before the configuration's, so those of `servers` are in it.
    """
    known = {(values["be_name"], values["srv_name"]): values for values in _servers(former)}
    lines = []
    for server, (address, port) in servers.items():
        values = known.get(server) or dict(zip(_FIELDS, _NEW.format(*server).split(), strict=True))
        lines.append(" ".join({**values, "srv_addr": address, "srv_port": str(port)}.values()))
    return "\n".join(["1", f"# {' '.join(_FIELDS)}", *lines]) + "\n"


def read(answer: str) -> Mapping[Server, State]:
    """How each checked server is."""
    found: dict[Server, State] = {}
    for values in _servers(answer):
        if values["srv_op_state"] != _STOPPED:
            state: State = "healthy"
        else:
            state = "unhealthy" if values["srv_check_result"] == _FAILED else "initial"
        found[values["be_name"], values["srv_name"]] = state
    return found


def _servers(answer: str) -> Iterator[dict[str, str]]:
    """A line each, by its fields; the first line is the format's version."""
    for line in answer.splitlines()[1:]:
        if line and not line.startswith("#"):
            yield dict(zip(_FIELDS, line.split(), strict=True))

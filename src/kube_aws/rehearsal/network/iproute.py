"""The kernel's network by way of iproute2, nftables and conntrack."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kube_aws.rehearsal.network.difference import PROTOCOL, Found, Link
from kube_aws.rehearsal.network.names import RUN
from kube_aws.rehearsal.network.plan import Route
from kube_aws.rehearsal.process import RehearsalError

AT_ONCE = 16
"""Programs that run at the same time, at the most."""

Command = tuple[Sequence[str], str]
"""A program with its arguments, and its input."""


def run(commands: Iterable[Command]) -> list[str]:
    """What the programs write, which run side by side.

    Raises RehearsalError where one is missing or fails; the others have then ended, too.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_run, commands))


def _run(command: Command) -> str:
    arguments, given = command
    try:
        done = subprocess.run(arguments, input=given, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise RehearsalError(
            f"the program {arguments[0]} is not installed",
            "install the packages iproute2, nftables, conntrack and util-linux",
        ) from error
    if done.returncode != 0:
        raise RehearsalError(f"{' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def batch(namespace: str, lines: Iterable[str]) -> Command:
    """Lines for ip, to run in a namespace."""
    return ["ip", "-n", namespace, "-batch", "-"], "".join(f"{line}\n" for line in lines)


def entering(namespace: str, *arguments: str, given: str = "") -> Command:
    """A program to run in a namespace; unlike `ip netns exec` with the machine's own /sys."""
    return ["nsenter", f"--net={RUN / namespace}", *arguments], given


def find(namespaces: Sequence[str]) -> dict[str, Found]:
    """What exists in each of the namespaces. Raises RehearsalError where one is missing."""
    said = run(
        (["ip", "-n", name, "-json", *what], "")
        for name in namespaces
        for what in (["-details", "address"], ["route"])
    )
    answers = [json.loads(output or "[]") for output in said]
    return {
        name: _found(links, routes)
        for name, links, routes in zip(namespaces, answers[::2], answers[1::2], strict=True)
    }


def _found(links: list[dict[str, Any]], routes: list[dict[str, Any]]) -> Found:
    return Found(
        {
            link["ifname"]: Link(
                index=link["ifindex"],
                kind=link.get("linkinfo", {}).get("info_kind"),
                bridge=link.get("master"),
                other=link.get("link_index"),
                up="UP" in link["flags"],
            )
            for link in links
        },
        frozenset(
            (link["ifname"], f"{address['local']}/{address['prefixlen']}")
            for link in links
            for address in link["addr_info"]
            if address["family"] == "inet"
        ),
        frozenset(
            Route(route["dst"], route.get("gateway"), route.get("dev"), route.get("prefsrc"))
            for route in routes
            if route.get("protocol") == PROTOCOL
        ),
    )

"""A run that is killed at any moment leaves nothing that the next one cannot mend."""

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.rehearsal.network.inhabitants import listening, reached
from tests.rehearsal.network.test_network import CLOUD

from kube_aws.rehearsal.network.difference import difference
from kube_aws.rehearsal.network.iproute import find
from kube_aws.rehearsal.network.names import RUN, namespace
from kube_aws.rehearsal.network.namespaces import Network, existing, remove
from kube_aws.rehearsal.network.plan import plan

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")

APPLY = """
import sys
from tests.rehearsal.network.test_network import CLOUD
from kube_aws.rehearsal.network.namespaces import Network
Network(sys.argv[1]).apply(CLOUD)
"""

DEADLY = """#!/bin/bash
# Passes on what it is asked; the program that is due gets half of its lines, and who started it is killed.
exec 9>>"$0.count"
flock 9
echo >&9
count=$(wc -l < "$0.count")
exec 9>&-
[ "$count" -eq "$DUE" ] || exec PROGRAM "$@"
lines=$(cat)
head -n $(($(wc -l <<< "$lines") / 2)) <<< "$lines" | PROGRAM "$@"
kill -9 $PPID
"""


@pytest.mark.parametrize("due", [1, 2, 3, 4, 10, 13, 14, 15, 16, 17])
def test_killed_in_between(tmp_path: Path, due: int) -> None:
    """At the first program that is started, the second, …: making namespaces, rules, reading, links."""
    for program in ("ip", "nsenter"):
        deadly = tmp_path / program
        deadly.write_text(
            DEADLY.replace("PROGRAM", str(shutil.which(program))).replace("$0", str(tmp_path / "all"))
        )
        deadly.chmod(0o755)
    world = secrets.token_hex(3)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "DUE": str(due)}
    killed = subprocess.run(
        [sys.executable, "-c", APPLY, world], env=environment, capture_output=True, text=True, check=False
    )
    try:
        assert killed.returncode == -9, killed.stderr
        Network(world).apply(CLOUD)
        spaces = plan(world, CLOUD)
        found = find([space.name for space in spaces])
        assert not any(lines for _, lines in difference(spaces, found))
        with listening(world, "i-api", 443):
            assert reached(world, "i-inner", "10.0.0.50", 443) == "i-api 10.0.1.5"
            assert reached(world, "net", "198.18.0.50", 443) == "i-api 192.0.2.1"
    finally:
        remove(world)
    assert not existing(world)


def test_a_namespace_that_was_only_half_made() -> None:
    world = secrets.token_hex(3)
    RUN.mkdir(exist_ok=True)
    (RUN / namespace(world, "i-api")).touch()
    Network(world).apply(CLOUD)
    remove(world)
    assert not existing(world)
    assert not (RUN / namespace(world, "i-api")).exists()


def test_a_router_that_lives_on_without_its_name() -> None:
    """A socket keeps it, and the cables in it, although somebody took the name away."""
    world = secrets.token_hex(3)
    Network(world).apply(CLOUD)
    with listening(world, "vpc-1", 999):
        subprocess.run(["ip", "netns", "del", namespace(world, "vpc-1")], check=True)
        Network(world).apply(CLOUD)
        with listening(world, "i-api", 443):
            assert reached(world, "i-inner", "10.0.0.50", 443) == "i-api 10.0.1.5"
    remove(world)

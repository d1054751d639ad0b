"""What `up` says of a world that is broken on purpose: faults/NAME.txt, each from a world of its own.

Ids, addresses, ports, dates and times are written alike there. To write a file anew: remove it, run its test,
and read it.
"""

import re
import time
from pathlib import Path

import pytest
from tests.rehearsed.world import ARTICLE, until, world

from kube_aws.rehearsal.breaks import BREAKS

EXPECTED = Path(__file__).parent / "faults"
PAGE = Path(__file__).parents[2] / "docs/troubleshooting.md"
SOON = 240
"""Seconds: four minutes."""

NITRO = ("clock", "route")
"""Shown on types with a live console too."""

CASES = [*((name, "t2") for name in BREAKS), *((name, "t3") for name in NITRO)]

_ALIKE = (
    (r"\d+ms|(\d+m)?\d+s(?= after)|(?<=for )(\d+m)?\d+s|back-off \d+s", "TIME"),
    (r"\b\d{8}T\d{6}Z\b", "MOMENT"),
    (r"\b(i|vol|rtb|subnet|sg|acl|eni)-[0-9a-f]{8,17}\b", r"\1-ID"),
    (r"(IAMRole\w+-)\w+", r"\1ID"),
    (r"(sha256:)[0-9a-f]{64}", r"\1DIGEST"),
    (r"\b10\.0\.0\.\d+\b", "ADDRESS"),
    (r"\bip-10-0-0-\d+\b", "ip-ADDRESS"),
    (r"(\[stage\[|returned |after )\d+", r"\1NUMBER"),
)


def alike(told: str) -> str:
    """A message without what differs from world to world."""
    for pattern, word in _ALIKE:
        told = re.sub(pattern, word, told)
    return told


def test_the_page_shows_each_message() -> None:
    page = PAGE.read_text()
    for file in EXPECTED.glob("*.txt"):
        assert file.read_text() in page, file


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize(("name", "types"), CASES)
def test_a_person_is_told_what_is_broken(name: str, types: str, tmp_path: Path) -> None:
    cluster_yaml = tmp_path / "cluster.yaml"
    cluster_yaml.write_text(ARTICLE.read_text().replace("t2.", f"{types}."))
    with world(tmp_path, cluster_yaml, "--break", name) as broken:
        began = time.monotonic()
        failed = broken.run("kube-aws", "up", "--yes", check=False)
        took = time.monotonic() - began
    assert failed.returncode == 1, failed.stderr
    told = alike(failed.stderr[failed.stderr.index("error: ") :])
    file = EXPECTED / f"{name}{'' if types == 't2' else f'-{types}'}.txt"
    if not file.exists():
        file.write_text(told)
        pytest.fail(f"{file} is new: read it")
    assert told == file.read_text()
    assert took < SOON


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_what_an_older_type_wrote_to_its_console_is_told_after_a_reboot(tmp_path: Path) -> None:
    with world(tmp_path, ARTICLE, "--break", "clock") as broken:
        broken.run("kube-aws", "up", "--yes", "--no-wait")
        until(lambda: "RequestExpired" in broken.rehearse("console", "controller-0", check=False).stdout)
        (controller,) = broken.instances("controller")
        broken.account.client("ec2").reboot_instances(InstanceIds=[controller["InstanceId"]])
        failed = broken.run("kube-aws", "up", "--yes", check=False)
    told = failed.stderr[failed.stderr.index("error: ") :].splitlines()
    assert told[0] == "error: controller-0 has told no boot stage: its clock is wrong"
    assert "RequestExpired" in told[2]

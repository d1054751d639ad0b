"""`kube-aws init` in a process of its own."""

import os
import shlex
import stat
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.artefacts.killed import killed_at
from tests.cli.program import PROGRAM, environment, run

from kube_aws.cluster.load import load
from kube_aws.cluster.sample import FLAGS as FLAG_OF_KEY
from kube_aws.operations.init import init, refused, settled

TYPED = """\
kube-aws init --cluster-name=particule-k8s-clust \\
--external-dns-name=k8s.particule.io \\
--region=eu-west-1 \\
--availability-zone=eu-west-1 \\
--key-name=klefevre-sorrow \\
--kms-key-arn="arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
"""
PRINTED = """\
Success! Created cluster.yaml

Next steps:
1. (Optional) Edit cluster.yaml to parameterize the cluster.
2. Use the "kube-aws render" command to render the stack template.
"""
FLAGS = shlex.split(TYPED.replace("\\\n", " "))[1:]
ANSWERS, _ = settled(dict(zip(FLAG_OF_KEY, (flag.partition("=")[2] for flag in FLAGS[1:]), strict=True)))


def test_the_articles_command_as_typed(tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    shell = subprocess.run(
        ["/bin/sh", "-c", TYPED],
        cwd=tmp_path,
        env=environment({"PATH": path}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.stdout == PRINTED
    assert shell.stderr == "note: eu-west-1 is a region; taking its first zone, eu-west-1a\n"
    assert shell.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["cluster.yaml"]
    assert stat.S_IMODE((tmp_path / "cluster.yaml").stat().st_mode) == 0o600
    cluster, findings = load((tmp_path / "cluster.yaml").read_bytes(), "cluster.yaml")
    assert findings == []
    assert cluster is not None
    assert (cluster.cluster_name, cluster.availability_zone) == ("particule-k8s-clust", "eu-west-1a")


def test_boto3_is_not_needed_where_every_flag_is_given(tmp_path: Path) -> None:
    script = (
        "import sys, kube_aws.__main__ as program; status = program.main(); "
        "print(sorted({'boto3', 'botocore', 'rich', 'urllib3'} & set(sys.modules))); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *FLAGS],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == PRINTED + "[]\n"


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_it_never_overwrites(tmp_path: Path, kind: str) -> None:
    there = tmp_path / "cluster.yaml"
    {
        "file": lambda: there.write_text("mine"),
        "folder": there.mkdir,
        "dangling link": lambda: there.symlink_to(tmp_path / "nowhere"),
    }[kind]()
    done = run(*FLAGS, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: cluster.yaml exists already\n")
    assert [path.name for path in tmp_path.iterdir()] == ["cluster.yaml"]
    assert kind != "file" or there.read_text() == "mine"


def test_two_at_once_make_one_file(tmp_path: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-m", "kube_aws", *FLAGS], cwd=tmp_path, env=environment(),
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(4)
    ]  # fmt: skip
    assert sorted(process.wait(60) for process in started) == [0, 1, 1, 1]
    assert [path.name for path in tmp_path.iterdir()] == ["cluster.yaml"]


def test_all_missing_flags_are_named_where_nobody_can_be_asked(tmp_path: Path) -> None:
    done = run("init", "--region=eu-west-1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: missing --cluster-name, --external-dns-name, --availability-zone, --key-name, --kms-key-arn\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_zone_tells_the_region(tmp_path: Path) -> None:
    without = [flag for flag in FLAGS if not flag.startswith("--region")]
    assert run(*without, cwd=tmp_path, env={"AWS_REGION": "us-east-1"}).returncode == 0
    assert "\nregion: eu-west-1\n" in (tmp_path / "cluster.yaml").read_text()


def test_a_folder_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert run("-C", "there", *FLAGS, cwd=tmp_path).returncode == 0
    assert (tmp_path / "there/cluster.yaml").is_file()
    done = run("-C", "nowhere", *FLAGS, cwd=tmp_path)
    assert done.returncode == 2
    assert "'nowhere' does not exist" in done.stderr


def test_a_folder_that_takes_no_files_is_named(tmp_path: Path) -> None:
    done = run("-C", "/proc", *FLAGS, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: /proc/")


WRONG = [
    ("--cluster-name=ec2", "--cluster-name ec2 would hide AWS's own names behind api.ec2.internal"),
    ("--external-dns-name=https://k8s.particule.io", "is a URL, not a DNS name"),
    ("--region=us-east-1", "--availability-zone eu-west-1a is not in --region us-east-1"),
    ("--region=Ireland", "--region Ireland has not the right form"),
    ("--availability-zone=a", "--availability-zone a is no availability zone"),
    ("--key-name=", "--key-name has no value"),
    ("--kms-key-arn=alias/mine", "--kms-key-arn alias/mine is no KMS key's ARN"),
]


@pytest.mark.parametrize(("flag", "said"), WRONG)
def test_a_wrong_answer_is_told_with_its_flag(tmp_path: Path, flag: str, said: str) -> None:
    done = run(*FLAGS, flag, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional={key: st.text(max_size=30) for key in FLAG_OF_KEY}))
def test_any_answers_are_told_by_their_flags_or_taken(answers: dict[str, str]) -> None:
    refusal = refused(settled(answers)[0])
    for text in [refusal.what, *(finding.what for finding in refusal.findings)] if refusal else []:
        assert text.startswith("--") or refusal.findings
        assert text.isprintable()


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, *FLAGS, b"--key-name=\xff\n#"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"error: --key-name \\udcff\\n# holds half a character" in done.stderr


def test_killed_at_any_step_it_leaves_a_whole_file_or_none(tmp_path: Path) -> None:
    killed = count()
    while killed_at(change := next(killed), lambda: init(tmp_path, ANSWERS)):
        if (tmp_path / "cluster.yaml").exists():
            cluster, _ = load((tmp_path / "cluster.yaml").read_bytes(), "cluster.yaml")
            assert cluster is not None
            (tmp_path / "cluster.yaml").unlink()
    assert change > 2
    assert (tmp_path / "cluster.yaml").exists()

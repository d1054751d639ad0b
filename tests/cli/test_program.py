"""What holds for every command: help, errors, exit status, speed by what is imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.program import PROGRAM, environment, run

from kube_aws import __version__
from kube_aws.cli import COMMANDS

CLUSTER = (Path(__file__).parents[1] / "scenarios/article/cluster.yaml").read_text()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["-C", ".", "--help"]])
def test_the_overview_names_every_command_within_80_columns(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [name for name in COMMANDS if f"\n  {name} " not in done.stdout] == []
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_says_in_the_overview_what_it_says_itself(
    tmp_path: Path, name: str
) -> None:
    done = run(name, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: kube-aws {name}")
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["--version"]])
def test_the_quick_answers_import_next_to_nothing(tmp_path: Path, arguments: list[str]) -> None:
    script = (
        "import sys, kube_aws.__main__ as program; status = program.main(); "
        "print(sorted(name for name in sys.modules if name.startswith('kube_aws')), 'click' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("['kube_aws', 'kube_aws.__main__', 'kube_aws.cli'] False\n")


def test_the_version_in_both_forms(tmp_path: Path) -> None:
    assert run("version", cwd=tmp_path).stdout == f"kube-aws {__version__}\n"
    assert json.loads(run("version", "-o", "json", cwd=tmp_path).stdout) == {"version": __version__}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rendr"], "error: no such command 'rendr'. Did you mean 'render'?\n  kube-aws --help\n"),
        (["init", "--cluster-nam=x"], "error: no such option '--cluster-nam'"),
        (["version", "extra"], "error: got unexpected extra argument (extra)\n  kube-aws version --help\n"),
        (["version", "-o", "xml"], "'xml' is not one of 'text', 'json'"),
        (["-C"], "error: option '-C' requires an argument"),
    ],
)
def test_wrong_use_is_told_with_where_to_look(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [*PROGRAM, "schema"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdout is not None
    program.stdout.close()
    assert program.wait(60) == 1
    assert program.stderr is not None
    assert program.stderr.read() == b""


def test_explain_tells_meaning_default_change_and_the_value_here(tmp_path: Path) -> None:
    (tmp_path / "cluster.yaml").write_text(CLUSTER)
    assert run("explain", "workercount", cwd=tmp_path).stdout == (
        "workerCount\n"
        "  How many workers run.\n"
        "\n"
        "  Default   1\n"
        "  Allowed   0 to 4999\n"
        "  Now       2  (cluster.yaml:12:14)\n"
        '  A change  Takes effect when the stack is created: "kube-aws destroy", then "kube-aws up".\n'
    )
    assert "  Now       not set in cluster.yaml\n" in run("explain", "vpcId", cwd=tmp_path).stdout
    (tmp_path / "cluster.yaml").unlink()
    assert "Now" not in run("explain", "addons.coredns.replicas", cwd=tmp_path).stdout


def test_explain_without_a_key_lists_all(tmp_path: Path) -> None:
    listed = run("explain", cwd=tmp_path).stdout
    assert "\n  workerCount               How many workers run\n" in listed
    assert "\n  addons.coredns.replicas   " in listed
    assert max(map(len, listed.splitlines())) <= 80


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [
        ("vpcCIRD", 2, "error: vpcCIRD is no key of cluster.yaml\n  Did you mean vpcCIDR?\n"),
        ("nodePools", 1, "error: nodePools is not supported yet\n"),
        ("useCalico", 1, "error: useCalico has no effect any more\n"),
    ],
)
def test_explain_of_other_words(tmp_path: Path, key: str, status: int, said: str) -> None:
    done = run("explain", key, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(said)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(tmp_path: Path, shell: str) -> None:
    done = run("completion", shell, cwd=tmp_path)
    assert done.returncode == 0
    assert "_KUBE_AWS_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("kube-aws re", ["render", "rehearse"]),
        ("kube-aws explain workerC", ["workerCount"]),
        ("kube-aws explain ADDONS.core", [f"addons.coredns{rest}" for rest in ("", ".enabled", ".replicas")]),
        ("kube-aws init --kms", ["--kms-key-arn"]),
    ],
)
def test_completion_of_words(tmp_path: Path, words: str, completed: list[str]) -> None:
    env = {
        "_KUBE_AWS_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    assert [line.partition(",")[2] for line in run(cwd=tmp_path, env=env).stdout.splitlines()] == completed


WORDS = [
    *("init", "explain", "version", "schema", "completion", "bash", "vpcId"),
    *("-C", ".", "-h", "--", "-", "-o", "json"),
    *("--region=", "--key-name", "--cluster-name=x", "--availability-zone=eu-west-1", "--kms-key-arn=€"),
]
ANYTHING = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=6)


@given(st.lists(st.one_of(st.sampled_from(WORDS), ANYTHING), max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_end_in_a_traceback(tmp_path: Path, words: list[str]) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert "a case it does not know" not in done.stderr
    (tmp_path / "cluster.yaml").unlink(missing_ok=True)

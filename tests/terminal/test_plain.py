"""Events as lines: what a log holds of a stack's creation."""

from datetime import UTC, datetime, timedelta

import pytest

from kube_aws.terminal.event import Begin, Change, Note, Result, State, Step, Steps
from kube_aws.terminal.show import show

START = datetime.now(UTC)


def change(second: int, name: str, verb: str, detail: str = "") -> Change:
    state = "running" if verb.endswith("ing") else "failed" if verb == "failed" else "done"
    return Change(name, "AWS::EC2::VPC", state, verb, detail, START + timedelta(seconds=second))


def test_results_go_to_stdout_and_all_else_to_stderr(capsys: pytest.CaptureFixture[str]):
    show(
        iter(
            [
                Result("Creating AWS resources."),
                Begin(2),
                change(0, "VPC", "creating"),
                Note("AWS throttles"),
                change(4, "VPC", "created", "vpc-1"),
                change(5, "Subnet", "failed", "no room"),
            ]
        )
    )
    out, err = capsys.readouterr()
    assert out == "Creating AWS resources.\n"
    assert err.splitlines() == [
        "AWS throttles",
        "   1/2      4s  created   VPC                           vpc-1",
        "   1/2      5s  failed    Subnet                        no room",
    ]


def test_a_continued_stack_counts_what_was_there(capsys: pytest.CaptureFixture[str]):
    show(iter([Begin(3, frozenset({"VPC", "Route"})), change(1, "Subnet", "created")]))
    assert capsys.readouterr().err.startswith("   3/3")


def step(key: str, stage: str, second: int, state: State = "running", detail: str = "") -> Step:
    since = START + timedelta(seconds=second)
    return Step(key, "worker", f"10.0.0.{key}", stage, detail, state, since, START)


def test_a_step_is_told_when_its_stage_changes(capsys: pytest.CaptureFixture[str]):
    show(
        iter(
            [
                Steps((step("148", "1/4 downloads", 31), step("149", "booting", 0)), "Ctrl-C stops"),
                Steps(
                    (step("148", "1/4 downloads", 31, detail="other words"), step("149", "1/4 downloads", 33))
                ),
                Steps(
                    (step("148", "1/4 downloads", 41, "failed", "no route"), step("149", "1/4 downloads", 33))
                ),
            ]
        )
    )
    assert capsys.readouterr().err.splitlines() == [
        "     31s  worker        10.0.0.148       1/4 downloads",
        "      0s  worker        10.0.0.149       booting",
        "     33s  worker        10.0.0.149       1/4 downloads",
        "     41s  worker        10.0.0.148       1/4 downloads      no route",
    ]

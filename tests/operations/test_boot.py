"""When a boot is ready, and when it has stopped: the judgement of looks at it."""

from datetime import timedelta

import pytest
from tests.operations.boots import LAUNCH, look, node, seen, unanswered

from kube_aws.operations.boot import AddOnFails, Boot, Look, Silent, Stopped, Stuck

DENIED = "FAILED 4/7 unseal: kms Decrypt: AccessDeniedException: no"
FAILS = "FAILED 2/7 downloads: cannot download https://dl.k8s.io/x: curl: (22) … error: 404"
THROUGH = ("7/7 ready", "4/4 ready", "4/4 ready")


def booted(*looks: Look, wanted: int = 3) -> Boot:
    boot = Boot(wanted)
    for one in looks:
        boot.add(one)
    return boot


def test_it_is_ready_when_nodes_api_and_addons_are():
    boot = booted(look(60, *THROUGH, seen=seen("ready", "ready", "ready")))
    assert boot.ready
    assert boot.trouble() is None


@pytest.mark.parametrize(
    "now",
    [
        look(60, "6/7 control-plane", "4/4 ready", "4/4 ready", seen=seen("ready", "ready", "ready")),
        look(60, *THROUGH),
        look(60, *THROUGH, seen=unanswered("Connection refused")),
        look(60, *THROUGH, seen=seen("ready", "ready", "not")),
        look(60, *THROUGH, seen=seen("ready", "ready")),
        look(60, *THROUGH[:2], seen=seen("ready", "ready")),
        look(60, *THROUGH, seen=seen("ready", "ready", "ready", addons={"coredns": "Unschedulable: no"})),
    ],
)
def test_it_is_not_ready_where_one_of_them_is_not(now: Look):
    assert not booted(now).ready


def test_what_the_api_told_before_the_nodes_were_through_does_not_count():
    told = seen("ready", "ready", "ready", addons={})
    before, after = look(58, "7/7 add-ons", *THROUGH[1:], seen=told), look(60, *THROUGH, seen=told)
    assert not booted(before, Look(after.time, after.nodes, before.seen)).ready
    assert booted(before, after).ready


def test_an_instance_that_is_shutting_down_is_not_waited_for():
    gone = node("worker2", "4/4 ready", state="shutting-down")
    now = look(60, *THROUGH[:2], seen=seen("ready", "ready", "not"))
    assert booted(Look(now.time, (*now.nodes, gone), now.seen), wanted=2).ready


def test_without_workers_the_addons_that_wait_for_one_are_not_waited_for():
    told = seen("ready", addons={"coredns": "Unschedulable: no node", "flannel": ""})
    assert booted(look(60, "7/7 ready", seen=told), wanted=1).ready
    assert not booted(look(60, "7/7 ready", "4/4 ready", seen=told), wanted=2).ready


def test_a_stage_may_fail_for_half_a_minute():
    looks = [look(40, "2/7 downloads"), look(42, FAILS), look(70, FAILS)]
    assert booted(*looks).trouble() is None
    stopped = booted(*looks, look(72, FAILS)).trouble()
    assert isinstance(stopped, Stopped)
    assert (stopped.node.name, str(stopped.stage)) == ("controller-0", "2/7 downloads")


def test_a_stage_that_fails_for_another_reason_still_fails():
    later = FAILS.replace("404", "503")
    assert isinstance(booted(look(42, FAILS), look(60, later), look(72, FAILS)).trouble(), Stopped)


def test_a_refusal_is_told_soon_as_the_node_has_been_patient():
    assert booted(look(240, DENIED), look(251, DENIED)).trouble() is None  # it may be mended just now
    assert isinstance(booted(look(240, DENIED), look(252, DENIED)).trouble(), Stopped)


def test_controllers_come_first():
    worker = "FAILED 3/4 unseal: kms Decrypt: AccessDeniedException: no"
    stopped = booted(look(240, DENIED, worker, worker), look(252, DENIED, worker, worker)).trouble()
    assert isinstance(stopped, Stopped)
    assert stopped.node.role == "controller"
    boots = ("7/7 ready", "4/4 ready", worker)
    alone = booted(look(240, *boots), look(252, *boots)).trouble()
    assert isinstance(alone, Stopped)
    assert alone.node.address == "10.0.0.149"


def test_workers_that_wait_for_the_api_are_not_the_trouble_while_no_controller_is_through():
    waits = "FAILED 2/4 wait-for-api: https://api does not answer: Connection refused"
    assert (
        booted(look(300, "6/7 control-plane", waits), look(340, "6/7 control-plane", waits)).trouble() is None
    )
    looks = [look(300, "6/7 control-plane", waits), look(340, "7/7 ready", waits)]
    assert booted(*looks).trouble() is None
    assert isinstance(booted(*looks, look(370, "7/7 ready", waits)).trouble(), Stopped)


def test_three_minutes_of_silence_are_enough():
    early, late = look(179, "", "2/4 wait-for-api"), look(180, "", "2/4 wait-for-api")
    assert booted(look(20, ""), early).trouble() is None
    silent = booted(look(20, ""), late).trouble()
    assert isinstance(silent, Silent)
    assert silent.node.name == "controller-0"
    assert booted(late).trouble() is None  # it may be mended just now
    assert isinstance(booted(late, look(210, "", "2/4 wait-for-api")).trouble(), Silent)


def test_silence_is_told_before_that_nothing_goes_on():
    looks = [look(1, "", "", "identity"), look(179, "", "", "identity")]
    assert booted(*looks).trouble() is None
    assert isinstance(booted(*looks, look(181, "", "", "identity")).trouble(), Silent)


def test_nothing_new_for_two_and_a_half_minutes_is_too_long():
    looks = [look(60, "5/7 certificates"), look(70, "6/7 control-plane"), look(219, "6/7 control-plane")]
    assert booted(*looks).trouble() is None
    assert isinstance(booted(*looks, look(220, "6/7 control-plane")).trouble(), Stuck)


def test_a_refusal_that_the_node_still_takes_for_a_delay_is_waited_for():
    looks = [look(20, "3/7 etcd-volume"), look(30, "4/7 unseal"), look(170, "4/7 unseal")]
    assert booted(*looks).trouble() is None
    assert isinstance(booted(*looks, look(230, "4/7 unseal")).trouble(), Stuck)


def test_unsealing_may_take_twenty_seconds_before_the_key_is_looked_at():
    looks = [look(30, "4/7 unseal"), look(49, "4/7 unseal")]
    assert booted(*looks).unseals_slowly() is None
    slowly = booted(*looks, look(50, "4/7 unseal")).unseals_slowly()
    assert slowly is not None
    assert slowly.node.name == "controller-0"


def test_whatever_goes_on_counts():
    looks = [look(10 * step, "6/7 control-plane", f"{step}/40 x") for step in range(1, 40)]
    assert booted(*looks).trouble() is None
    waits = {"coredns": "Unschedulable: no"}
    ready = ("ready", "ready", "ready")
    looks = [
        look(100, *THROUGH, seen=seen("ready", "ready", "not", addons=waits)),
        look(240, *THROUGH, seen=seen(*ready, addons=waits)),
        look(380, *THROUGH, seen=seen(*ready, addons=waits | {"flannel": ""})),
    ]
    assert booted(*looks).trouble() is None


def test_other_words_for_the_same_failure_do_not_count():
    pulls = [
        look(100 + second, *THROUGH, seen=seen("ready", "ready", "ready", addons={"coredns": why}))
        for second, why in ((0, "Unschedulable: a"), (80, "Unschedulable: b"), (150, "Unschedulable: c"))
    ]
    assert isinstance(booted(*pulls).trouble(), Stuck)


def test_a_new_instance_begins_anew():
    looks = [look(60, "6/7 control-plane", "2/4 wait-for-api"), look(200, "6/7 control-plane", "", "")]
    assert not isinstance(booted(*looks, look(210, "6/7 control-plane", "", "")).trouble(), Stuck)


def test_a_pod_may_fail_for_a_minute():
    def pulls(second: float, why: str) -> Look:
        return look(second, *THROUGH, seen=seen("ready", "ready", "ready", addons={"coredns": why}))

    looks = [pulls(100, "ErrImagePull: no"), pulls(159, "ImagePullBackOff: no")]
    assert booted(*looks).trouble() is None
    failing = booted(*looks, pulls(160, "ErrImagePull: no")).trouble()
    assert isinstance(failing, AddOnFails)
    assert booted(pulls(100, "ContainerCreating"), pulls(170, "ContainerCreating")).trouble() is None


def test_a_pod_may_fail_until_a_change_is_applied():
    boot = Boot(3, timedelta(minutes=3))
    for second in (100, 279):
        boot.add(
            look(
                second, *THROUGH, seen=seen("ready", "ready", "ready", addons={"coredns": "ErrImagePull: no"})
            )
        )
    assert boot.trouble() is None
    boot.add(
        look(280, *THROUGH, seen=seen("ready", "ready", "ready", addons={"coredns": "ErrImagePull: no"}))
    )
    assert isinstance(boot.trouble(), AddOnFails)


def test_what_is_shown():
    boot = booted(
        look(20, "", "", ""),
        look(38, FAILS, "2/4 wait-for-api", ""),
        look(
            60,
            FAILS,
            "4/4 ready",
            "4/4 ready",
            seen=seen("not", "ready", "not", addons={"a": "ErrImagePull: x", "b": ""}),
        ),
    )
    shown = [(s.name, s.at, s.stage, s.detail, s.state, (s.since - LAUNCH).seconds) for s in boot.steps()]
    assert shown == [
        ("controller-0", "10.0.0.50", "2/7 downloads", f"failed: {FAILS.partition(': ')[2]}", "failed", 38),
        ("worker", "10.0.0.148", "Ready", "", "done", 60),
        ("worker", "10.0.0.149", "not Ready", "cni plugin not initialized", "running", 60),
        ("API", "", "answers", "", "done", 60),
        ("add-ons", "", "1/2", "a (ErrImagePull)", "running", 60),
    ]  # fmt: skip
    (booting, *_) = booted(look(20, "")).steps()
    assert (booting.stage, booting.since) == ("booting", LAUNCH)

import os
import shutil
from pathlib import PurePosixPath

import pytest
from tests.checks.nodes import edited, holding, rendered, told

from kube_aws.checks.units import check
from kube_aws.tree import File

KUBELET = "userdata/worker/etc/systemd/system/kubelet.service"
JOIN = "userdata/worker/etc/systemd/system/join.service"
OWN = "userdata/worker/etc/systemd/system/own.service"


def test_what_is_rendered_is_valid() -> None:
    assert shutil.which("systemd-analyze"), "apt-get install systemd"
    assert told(check, rendered()) == ""


def test_a_misspelt_unit() -> None:
    finding = told(check, edited(KUBELET, "After=containerd.service", "After=containerd.sevice"))
    assert (
        "error unit-missing\n"
        "  After=containerd.sevice\n"
        "        ^^^^^^^^^^^^^^^^^ no such unit; did you mean containerd.service?"
    ) in finding


def test_a_unit_that_nobody_knows_is_a_warning() -> None:
    finding = told(check, edited(KUBELET, "After=containerd.service", "After=zebra-42.service"))
    assert "warning unit-missing" in finding
    assert "neither userdata/ nor Flatcar has a unit zebra-42.service" in finding


def test_units_that_exist_in_other_ways() -> None:
    after = "After=var-lib-etcd.mount dev-xvdf.device sshd@own.service %i.service unseal.service"
    assert told(check, holding(OWN, f"[Unit]\n{after}\n[Service]\nExecStart=/usr/bin/true\n")) == ""


def test_a_key_that_systemd_does_not_know() -> None:
    finding = told(check, edited(JOIN, "Type=oneshot", "Typ=oneshot\nExecStart=/usr/bin/true\nType=oneshot"))
    assert "join.service:7:1: warning unit\n  Typ=oneshot\n  ^^^^^^^^^^^" in finding
    assert "Unknown key" in finding


def test_a_value_that_systemd_cannot_read() -> None:
    finding = told(check, edited(KUBELET, "Restart=always", "Restart=alwayss"))
    assert "error unit\n  Restart=alwayss\n          ^^^^^^^ " in finding


def test_a_service_that_starts_nothing() -> None:
    finding = told(check, holding(OWN, "[Unit]\nDescription=x\n"))
    assert finding.startswith(f"{OWN}: error unit\n")


def test_a_command_that_is_not_there() -> None:
    finding = told(check, edited(JOIN, "/opt/kube-aws/bin/stage", "/opt/kube-aws/bin/stagee"))
    assert "error unit-command" in finding
    assert (
        "nothing brings /opt/kube-aws/bin/stagee to the node; did you mean /opt/kube-aws/bin/stage?"
        in finding
    )


def test_a_command_that_is_not_executable() -> None:
    script = {PurePosixPath("userdata/worker/opt/own"): File(b"#!/bin/sh\n")}
    disk = {**holding(OWN, "[Service]\nExecStart=-/opt/own\n"), **script}
    assert "/opt/own is not executable" in told(check, disk)


def test_a_part_of_a_unit_of_flatcar() -> None:
    part = "userdata/worker/etc/systemd/system/sshd.service.d/own.conf"
    assert told(check, holding(part, "[Service]\nRestart=always\n")) == ""
    assert "sshd.service.d/own.conf:2:9: error unit" in told(check, holding(part, "[Service]\nRestart=yes\n"))


def test_without_systemd_one_warning_and_what_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", "")
    finding = told(check, edited(KUBELET, "After=containerd.service", "After=containerd.sevice"))
    assert "error unit-missing" in finding
    assert "userdata: warning units-unchecked" in finding

import json
import os
import shutil

import pytest
from tests.checks.nodes import edited, holding, rendered, told

from kube_aws.checks.ignition import check

BASE = "userdata/worker/ignition.json"


def test_what_is_rendered_is_valid() -> None:
    assert shutil.which("ignition-validate"), "apt-get install ignition"
    assert told(check, rendered()) == ""


def test_a_mistake_in_ignition_json_is_told_at_its_line() -> None:
    finding = told(check, edited(BASE, '"path": "/etc/', '"path": "etc/'))
    assert finding.startswith(f"{BASE}:8:")
    assert "error ignition\n" in finding
    assert "path not absolute" in finding


def test_a_version_that_the_nodes_do_not_know_is_an_error() -> None:
    finding = told(check, edited(BASE, '"version": "3.3.0"', '"version": "9.9.9"'))
    assert finding.startswith(f"{BASE}: error ignition\n")
    assert "unsupported config version" in finding


def test_an_unknown_key_is_a_warning() -> None:
    assert "warning ignition\n" in told(check, edited(BASE, '"systemd"', '"sistemd": {},\n  "systemd"'))


def test_a_file_given_twice_is_told_although_neither_alone_is_wrong() -> None:
    again = {"path": "/etc/kube-aws/cluster.env", "contents": {"source": "data:,"}}
    base = json.dumps({"ignition": {"version": "3.3.0"}, "storage": {"files": [again]}})
    finding = told(check, holding(BASE, base))
    assert "userdata/worker/etc/kube-aws/cluster.env: error ignition" in finding
    assert "conflicting" in finding or "duplicate" in finding


@pytest.mark.parametrize(
    ("base", "what"),
    [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"storage": []}', "storage is not an object"),
        ('{"systemd": {"units": 1}}', "systemd.units is not a list"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_no_config_to_add_to(base: str, what: str) -> None:
    finding = told(check, holding(BASE, base))
    assert finding.startswith(f"{BASE}: error ignition-json\n")
    assert what in finding


def test_without_the_program_one_warning_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", "")
    finding = told(check, rendered())
    assert finding.startswith("userdata: warning ignition-unchecked\n")
    assert "apt-get install ignition" in finding
    assert finding.count("warning") == 1

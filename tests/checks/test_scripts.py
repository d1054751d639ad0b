import os
import shutil
from pathlib import Path, PurePosixPath

import pytest
from tests.checks.nodes import holding, rendered, told

from kube_aws.checks.scripts import check
from kube_aws.tree import File

OWN = "userdata/worker/opt/kube-aws/bin/own"
UNCLOSED = "#!/bin/bash\nif true; then\n  echo yes\n"


def test_what_is_rendered_is_clean() -> None:
    assert told(check, rendered()) == ""


def test_shellcheck_tells_its_id_and_line() -> None:
    finding = told(check, holding(OWN, "#!/bin/bash\nx=1\n", executable=True))
    assert finding == (
        f"{OWN}:2:1: warning SC2034\n"
        "  x=1\n"
        "  ^^^ x appears unused. Verify use (or export if used externally).\n"
        "  Mend: https://www.shellcheck.net/wiki/SC2034 explains it."
    )


def test_a_script_that_lost_its_mode() -> None:
    """Its unit names another script, which starts it by its name."""
    path = "userdata/controller/opt/kube-aws/bin/unseal"
    lost = holding(path, rendered()[PurePosixPath(path)].content)
    assert told(check, lost).startswith(f"{path}:1: error script-mode\n")


def test_a_script_that_cannot_be_parsed() -> None:
    assert f"{OWN}:2:1: error SC1046" in told(check, holding(OWN, UNCLOSED, executable=True))


def test_without_shellcheck_bash_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bash = shutil.which("bash")
    assert bash
    (tmp_path / "bash").symlink_to(bash)
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    assert told(check, rendered()) == ""
    assert told(check, holding(OWN, UNCLOSED, executable=True)).startswith(f"{OWN}:4: error script-syntax\n")


def test_other_programs_are_not_read() -> None:
    assert told(check, holding(OWN, "#!/usr/bin/python3\nif True: print(1)\n")) == ""


def test_a_script_of_both_roles_is_told_for_both() -> None:
    other = OWN.replace("worker", "controller")
    finding = told(check, {**holding(other, UNCLOSED), PurePosixPath(OWN): File(UNCLOSED.encode())})
    assert f"{OWN}:2:1: error SC1046" in finding
    assert f"{other}:2:1: error SC1046" in finding

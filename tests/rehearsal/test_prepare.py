import shutil
from pathlib import Path

import pytest

from kube_aws.rehearsal.prepare import NEEDS, prepare
from kube_aws.rehearsal.process import RehearsalError


def test_what_the_host_lacks_is_named_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in NEEDS.keys() - {"nginx", "mmdebstrap"}:
        found = shutil.which(program)
        assert found
        (tmp_path / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RehearsalError) as error:
        prepare(print)
    assert error.value.next_step == "apt-get install mmdebstrap nginx-light"

import shutil

import pytest

from kube_aws.rehearsal.machines import image
from kube_aws.rehearsal.process import RehearsalError


def test_what_the_host_lacks_is_named(tmp_path, monkeypatch):
    for program in ("apt-get", "unshare", "mkfs.ext4", "ip", "nft"):
        (tmp_path / program).symlink_to(shutil.which(program))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RehearsalError) as error:
        image.prepare(tmp_path / "cache", {})
    assert error.value.next_step == "apt-get install mmdebstrap systemd-container"

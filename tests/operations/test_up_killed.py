"""`up` killed after every answer from AWS and before every rename, and run again."""

from pathlib import Path

import pytest
from tests.artefacts.cluster_folder import contents
from tests.embedded_aws import EmbeddedAws
from tests.operations import killed
from tests.operations.command import NAME
from tests.operations.moments import Runner, fresh


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
def test_up_killed_anywhere_and_run_again_comes_to_the_same_end(
    runner: Runner, rendered: Path, tmp_path: Path, embedded_aws: EmbeddedAws, step: int
):
    article = fresh(rendered, tmp_path, embedded_aws)
    untouched = contents(article.folder)
    moment = 0
    while (first := runner.run(article, "up", moment=moment))["status"] == killed.KILLED:
        moment += step
        if contents(article.folder) == untouched and article.stacks() == []:
            continue  # nothing has happened yet, so that running again is running it first
        second = runner.run(article, "up")
        assert second["status"] == 0, (moment, second["stderr"])
        assert article.stacks() == [f"{NAME} CREATE_COMPLETE"], moment
        assert contents(article.folder).keys() - untouched.keys() == {"credentials/sealed.json"}, moment
        third = runner.run(article, "up")
        assert "exists already, as it is in this folder" in third["stderr"], (moment, third["stderr"])
        article = fresh(rendered, tmp_path, embedded_aws)
    assert first["status"] == 0, first["stderr"]
    assert moment > 20

"""The proof that anyone can run on AWS, run on the embedded one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.artefacts.cluster_folder import LOCK
from tests.embedded_aws import EmbeddedAws

NUMBER = "303293004898"
KEY_ARN = f"arn:aws:kms:eu-west-1:{NUMBER}:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
PROOF = Path(__file__).parents[1] / "proof" / "proof-on-aws"


@pytest.mark.slow
def test_every_claim_holds_here_and_nothing_but_the_snapshot_is_left(
    embedded_aws: EmbeddedAws, tmp_path: Path
):
    account = embedded_aws.account(NUMBER, key_arn=KEY_ARN, key_pair="me", hosted_zone="example.com")
    subprocess.run(
        [
            *(sys.executable, PROOF, "--yes", "--lock", LOCK, "--region=eu-west-1"),
            *("--external-dns-name=k8s.example.com", "--availability-zone=eu-west-1a"),
            *("--key-name=me", f"--kms-key-arn={KEY_ARN}"),
        ],
        cwd=tmp_path,
        env=account.env,
        check=True,
        timeout=120,
    )
    (folder,) = tmp_path.iterdir()
    told = json.loads((folder / "summary.json").read_text())
    assert all(told["commands"].values())
    assert len(told["claims"]) == 4
    assert all(told["claims"].values())
    assert account.client("cloudformation").describe_stacks()["Stacks"] == []
    assert "CREATE_COMPLETE" in (folder / "events.json").read_text()
    for calls in folder.glob("*.calls"):
        assert account.operator.secret_access_key not in calls.read_text()

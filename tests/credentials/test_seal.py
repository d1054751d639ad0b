import json
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.artefacts.cluster_folder import configure, make, rendered
from tests.embedded_aws import Account, EmbeddedAws

from kube_aws.operations.render import current
from kube_aws.operations.seal import encryption_context, seal_all
from kube_aws.terminal.error import UserError


@pytest.fixture
def account(embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Account:
    account = embedded_aws.account()
    for name, value in account.env.items():
        monkeypatch.setenv(name, value)
    return account


@pytest.fixture
def folder(account: Account, tmp_path: Path) -> Path:
    arn = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    folder = make(tmp_path / "cluster", kmsKeyArn=f'"{arn}"')
    rendered(folder)
    return folder


def seal(folder: Path) -> Any:
    return seal_all(folder, current(folder), boto3.Session(region_name="eu-west-1"))


def test_sealing_twice_gives_the_same_bytes_and_asks_kms_once(folder: Path) -> None:
    first = seal(folder)
    kept = (folder / "credentials/sealed.json").read_bytes()
    assert seal(folder) == first
    assert (folder / "credentials/sealed.json").read_bytes() == kept
    assert stat.S_IMODE((folder / "credentials/sealed.json").stat().st_mode) == 0o600


def test_each_role_unseals_its_own_and_no_other(folder: Path, account: Account) -> None:
    sealed, cluster, kms = seal(folder), current(folder).cluster, account.client("kms")
    for role, names in (("controller", 6), ("worker", 1)):
        context = encryption_context(cluster, role)  # type: ignore[arg-type]
        plain = kms.decrypt(CiphertextBlob=sealed[role], EncryptionContext=context)["Plaintext"]
        assert len(json.loads(plain)) == names
    with pytest.raises(kms.exceptions.InvalidCiphertextException):
        kms.decrypt(
            CiphertextBlob=sealed["controller"], EncryptionContext=encryption_context(cluster, "worker")
        )


def test_another_key_or_name_is_sealed_anew(folder: Path, account: Account) -> None:
    first = seal(folder)
    arn = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    configure(folder, kmsKeyArn=f'"{arn}"')
    assert seal(folder)["worker"] != first["worker"]


def test_a_clone_says_which_credentials_to_bring(folder: Path) -> None:
    (folder / "credentials").rename(folder.parent / "elsewhere")
    with pytest.raises(UserError, match="no credentials/ folder") as told:
        seal(folder)
    record = json.loads((folder / "rendered.lock").read_text())
    assert record["authorities"]["ca"] in told.value.next_step


def test_damaged_ciphertexts_are_told(folder: Path) -> None:
    seal(folder)
    for damaged in ("", "[]", '{"a": 1}', '{"a": "?"}'):
        (folder / "credentials/sealed.json").write_text(damaged)
        with pytest.raises(UserError, match="not readable") as told:
            seal(folder)
        assert str(told.value.place) == "credentials/sealed.json"

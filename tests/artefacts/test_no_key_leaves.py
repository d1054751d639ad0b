"""No key of credentials/ is in any other file, in any form in which it could be found again."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kube_aws.addons import packing
from kube_aws.artefacts.assemble import assemble
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.roles import stand_in
from kube_aws.operations.render import current
from kube_aws.userdata import ignition

from .cluster_folder import contents, make, rendered

PRIVATE = (
    "ca-key.pem",
    "etcd-ca-key.pem",
    "front-proxy-ca-key.pem",
    "service-account-key.pem",
    "admin-key.pem",
    "encryption-key",
    "bootstrap-token",
)


def forms(content: bytes) -> list[bytes]:
    """The content, what it decodes to, a key's secret number, and all of that in base64 at any offset."""
    text = content.strip()
    plain = [text, text.replace(b"\n", b"\\n")]
    if text.startswith(b"-----"):
        key = load_pem_private_key(text, password=None)
        assert isinstance(key, EllipticCurvePrivateKey)
        number = key.private_numbers().private_value.to_bytes(32, "big")
        body = b"".join(text.splitlines()[1:-1])
        plain += [body, base64.b64decode(body), number, number.hex().encode()]
    elif b"." not in text:
        plain.append(base64.b64decode(text))
    shifted = [base64.b64encode(b"\0" * shift + form)[4:-4] for form in plain for shift in (0, 1, 2)]
    return plain + shifted


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("cluster"))
    rendered(folder)
    return folder


@pytest.mark.parametrize("name", PRIVATE)
def test_no_other_file_holds_it(folder: Path, name: str) -> None:
    secret = forms((folder / "credentials" / name).read_bytes())
    others = {path: text for path, text in contents(folder).items() if not path.startswith("credentials/")}
    template = json.loads(assemble(current(folder).disk, {role: stand_in(role) for role in ROLES}))
    resources = template["Resources"]
    for path, text in {
        **others,
        "assembled": json.dumps(template).encode(),
        **{
            f"node files of {group}": json.dumps(ignition.unpack(user_data(resources[group]))).encode()
            for group in ("Controller0LaunchTemplate", "WorkersLaunchTemplate")
        },
        "add-ons": repr(
            packing.unpack(resources["Controller0LaunchTemplate"]["Metadata"]["kube-aws:addons"])
        ).encode(),
    }.items():
        assert not [form for form in secret if form in text], path


def user_data(launch_template: dict[str, dict[str, dict[str, dict[str, dict[str, str]]]]]) -> bytes:
    return launch_template["Properties"]["LaunchTemplateData"]["UserData"]["Fn::Base64"].encode()


def test_the_search_finds_what_is_there(folder: Path) -> None:
    key = (folder / "credentials/ca-key.pem").read_bytes()
    hidden = base64.b64encode(b"x" + json.dumps({"key": key.decode()}).encode())
    assert [form for form in forms(key) if form in hidden]

import base64

import pytest
from tests.checks.nodes import holding, rendered, told

from kube_aws.checks.key_material import check

PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIK\n-----END EC PRIVATE KEY-----\n"
OWN = "userdata/worker/etc/own"


def test_what_is_rendered_holds_none() -> None:
    assert told(check, rendered()) == ""


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        (PEM, "a private key"),
        (PEM.replace("EC ", ""), "a private key"),
        (PEM.replace("EC ", "OPENSSH "), "a private key"),
        *(
            (base64.b64encode(PEM.replace("EC ", name).encode()).decode(), "a private key")
            for name in ("EC ", "", "RSA ", "ENCRYPTED ", "OPENSSH ")
        ),
        ("--token=07401b.f395accd246ae52d", "a bootstrap token"),
        ("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "an AWS access key"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "an AWS secret access key"),
        ('{"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}', "an AWS secret access key"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4eHh4In0.c2lnbmF0dXJlMTIz", "a service account's token"),
    ],
)
def test_a_secret_is_told_and_not_shown(secret: str, what: str) -> None:
    finding = told(check, holding(OWN, f"\n# here\n{secret}\n"))
    assert finding.startswith(f"{OWN}:3: error key-material\n  {what} stands here in clear\n")
    assert secret.strip() not in finding


@pytest.mark.parametrize("path", ["kubeconfig", "stack-template.json", "userdata/addons/own/secret.yaml"])
def test_every_file_is_looked_at(path: str) -> None:
    assert f"{path}:1: error key-material" in told(check, holding(path, PEM))


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "kernel.perfeventparanoi",
        "systemd.resolved",
    ],
)
def test_what_only_looks_alike(text: str) -> None:
    assert told(check, holding(OWN, text)) == ""

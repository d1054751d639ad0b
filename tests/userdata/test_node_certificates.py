"""The script `node-certificates` with the real openssl: which kubelet's request is approved."""

import base64
import json
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from .node import Node

INSTANCE = """<instanceId>i-7</instanceId>
<privateDnsName>ip-10-0-0-7.eu-west-1.compute.internal</privateDnsName>
<dnsName>ec2-192-0-2-7.eu-west-1.compute.amazonaws.com</dnsName>
<privateIpAddress>10.0.0.7</privateIpAddress><ipAddress>192.0.2.7</ipAddress>
"""
AWS = f"""#!/bin/bash
[[ "$*" != *Value.1=ip-10-0-0-7.eu-west-1.compute.internal* ]] || echo '{INSTANCE}'
"""
KUBECTL = """#!/bin/bash
case "$1 $2" in
  'get certificatesigningrequests') cat /requests ;;
  'get node') [ ! -e "/nodes/$3" ] || echo "node/$3" ;;
  'certificate approve') echo "approved $3" ;;
  'delete pods') echo "$*" >> /deleted ;;
esac
"""
CLIENT, SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
NODE, OTHER = "ip-10-0-0-7.eu-west-1.compute.internal", "ip-10-0-0-8.eu-west-1.compute.internal"
BOOTSTRAP, WORKER = "system:bootstrap:abcdef", f"system:node:{NODE}"
OWN = (NODE, "10.0.0.7", "192.0.2.7")


def answer(node: Node, user: str, signer: str, *names: str, of: str = NODE) -> str:
    """What the script says of one request."""
    request = {
        "metadata": {"name": "csr-1"},
        "spec": {
            "username": user,
            "signerName": signer,
            "request": base64.b64encode(csr(of, names)).decode(),
        },
        "status": {},
    }
    node.write("/requests", json.dumps(request))
    node.write("/opt/bin/kubectl", KUBECTL)
    node.write("/opt/kube-aws/bin/aws", AWS)
    return node.run("node-certificates").stdout


def csr(of: str, names: tuple[str, ...]) -> bytes:
    subject = [(NameOID.ORGANIZATION_NAME, "system:nodes"), (NameOID.COMMON_NAME, f"system:node:{of}")]
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([name(text) for text in names]), critical=False
        )
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM)


def name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def test_a_worker_joins_renews_and_serves_in_its_own_name(controller: Node) -> None:
    assert answer(controller, BOOTSTRAP, CLIENT) == "approved csr-1\n"
    controller.write(f"/nodes/{NODE}", "")
    assert answer(controller, WORKER, CLIENT) == "approved csr-1\n"
    assert answer(controller, WORKER, SERVING, *OWN) == "approved csr-1\n"


def test_the_token_takes_no_name_that_is_in_use(controller: Node) -> None:
    controller.write(f"/nodes/{NODE}", "")
    assert f"there is a node/{NODE}" in answer(controller, BOOTSTRAP, CLIENT)


def test_a_predecessors_pods_go_as_soon_as_another_worker_has_its_name(controller: Node) -> None:
    controller.write("/deleted", "")
    assert answer(controller, BOOTSTRAP, CLIENT) == "approved csr-1\n"
    deleted = controller.read("/deleted")
    assert deleted == f"delete pods -A --field-selector spec.nodeName={NODE} --wait=false\n"
    # Not a living one's.
    controller.write(f"/nodes/{NODE}", "")
    for user in (BOOTSTRAP, WORKER):
        answer(controller, user, CLIENT)
    assert controller.read("/deleted") == deleted


def test_a_name_is_of_a_running_worker_and_of_who_asks(controller: Node) -> None:
    assert f"no running worker {OTHER}" in answer(controller, BOOTSTRAP, CLIENT, of=OTHER)
    assert f"system:node:{OTHER} asks" in answer(controller, f"system:node:{OTHER}", SERVING, *OWN)
    assert "system:bootstrap:abcdef asks" in answer(controller, BOOTSTRAP, SERVING, *OWN)


@pytest.mark.parametrize(
    "more",
    [
        ("kubernetes",),
        ("10.0.0.50",),
        # openssl prints line ends as they are: names could hide behind one, or look like what follows.
        (f"{NODE}\nx", "kubernetes"),
        (f"{NODE}\n    Signature Algorithm: x", "kubernetes"),
        ("kubernetes", "x\nX509v3 Subject Alternative Name: \n", NODE),
    ],
)
def test_a_foreign_name_among_its_own_is_refused(controller: Node, more: tuple[str, ...]) -> None:
    said = answer(controller, WORKER, SERVING, *OWN, *more)
    assert said.startswith("csr-1 is not approved: ")
    assert f"is not of {NODE}" in said

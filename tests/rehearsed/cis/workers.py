"""Section 4: kubelets on every node, the controller's too, and kube-proxy."""

from collections.abc import Iterator

from tests.rehearsed.cis.check import Check, not_applicable
from tests.rehearsed.cis.control_plane import strong
from tests.rehearsed.cis.evidence import Evidence
from tests.rehearsed.cis.looks import at_most, kubelet, owned

UNIT = "/etc/systemd/system/kubelet.service"
# The controller's kubelet, and a worker's once it has joined.
KUBECONFIGS = ("/etc/kubernetes/kubeconfig/kubelet.yaml", "/var/lib/kubelet/kubeconfig")
AUTHORITY = "/etc/kubernetes/pki/ca.pem"
CONFIGURATION = "/etc/kubernetes/kubelet.yaml"
IN_A_CONFIGMAP = not_applicable("kube-proxy's kubeconfig is a ConfigMap, with the pod's own token")


def _own_name(evidence: Evidence) -> Iterator[str]:
    if any("--hostname-override" in node.arguments["kubelet"] for node in evidence.nodes):
        yield "kubelets are told their names"


def _certificates(evidence: Evidence) -> Iterator[str]:
    for node in evidence.nodes:
        signed = node.kubelet.get("tlsCertFile") and node.kubelet.get("tlsPrivateKeyFile")
        if not signed and not node.kubelet.get("serverTLSBootstrap"):
            yield f"{node.name} signs its own certificate"


def _rotated(evidence: Evidence) -> Iterator[str]:
    for worker in evidence.workers:
        if not worker.kubelet.get("rotateCertificates"):
            yield f"{worker.name} does not rotate"
    # A controller's lie in memory, and are renewed there.
    if not evidence.controller.arguments["kubelet"]["--kubeconfig"].startswith("/etc/kubernetes/"):
        yield "the controller's kubelet has a certificate that nobody renews"


def _server_rotated(evidence: Evidence) -> Iterator[str]:
    yield from kubelet(
        "featureGates", lambda gates: (gates or {}).get("RotateKubeletServerCertificate", True)
    )(evidence)


def _metrics(evidence: Evidence) -> Iterator[str]:
    for node in evidence.nodes:
        addresses = {one.rpartition(":")[0] for one in node.listening if one.endswith(":10249")}
        assert addresses, f"kube-proxy does not listen on {node.name}"
        if addresses - {"127.0.0.1", "[::1]"}:
            yield f"{node.name} listens on {', '.join(sorted(addresses))}"


WORKERS = (
    Check("4.1.1", "kubelet's unit 0600", at_most(0o600, UNIT, everywhere=True)),
    Check("4.1.2", "kubelet's unit root's", owned("root:root", UNIT, everywhere=True)),
    Check("4.1.3", "kube-proxy's kubeconfig 0600", IN_A_CONFIGMAP),
    Check("4.1.4", "kube-proxy's kubeconfig root's", IN_A_CONFIGMAP),
    Check("4.1.5", "kubelet's kubeconfig 0600", at_most(0o600, *KUBECONFIGS, everywhere=True)),
    Check("4.1.6", "kubelet's kubeconfig root's", owned("root:root", *KUBECONFIGS, everywhere=True)),
    Check("4.1.7", "the authority's certificate 0644", at_most(0o644, AUTHORITY, everywhere=True)),
    Check("4.1.8", "the authority's certificate root's", owned("root:root", AUTHORITY, everywhere=True)),
    Check("4.1.9", "kubelet's configuration 0600", at_most(0o600, CONFIGURATION, everywhere=True)),
    Check("4.1.10", "kubelet's configuration root's", owned("root:root", CONFIGURATION, everywhere=True)),
    Check(
        "4.2.1", "no anonymous requests", kubelet("authentication.anonymous.enabled", lambda on: on is False)
    ),
    Check("4.2.2", "the API authorizes", kubelet("authorization.mode", lambda mode: mode == "Webhook")),
    Check("4.2.3", "clients' certificates are verified", kubelet("authentication.x509.clientCAFile", bool)),
    Check("4.2.4", "no port that everyone reads", kubelet("readOnlyPort", lambda port: not port)),
    Check(
        "4.2.5",
        "idle streams end",
        kubelet("streamingConnectionIdleTimeout", lambda time: time not in ("0", "0s")),
    ),
    Check(
        "4.2.6",
        "kubelet's iptables chains are made",
        kubelet("makeIPTablesUtilChains", lambda on: on is True),
    ),
    Check("4.2.7", "kubelet takes the machine's name", _own_name),
    Check("4.2.8", "events are not lost", kubelet("eventRecordQPS", lambda rate: rate is None or rate >= 0)),
    Check("4.2.9", "certificates that the cluster signed", _certificates),
    Check("4.2.10", "client certificates rotate", _rotated),
    Check("4.2.11", "server certificates rotate", _server_rotated),
    Check("4.2.12", "strong ciphers", kubelet("tlsCipherSuites", lambda suites: strong(suites or []))),
    Check("4.2.13", "pods' processes are limited", kubelet("podPidsLimit", lambda limit: (limit or 0) > 0)),
    Check("4.2.14", "system calls are filtered", kubelet("seccompDefault", lambda on: on is True)),
    Check("4.3.1", "kube-proxy's metrics are local", _metrics),
)

"""Sections 1 to 3: the control plane, etcd, authentication and logging."""

import json
from collections.abc import Iterator

from tests.rehearsed.cis.check import Check
from tests.rehearsed.cis.evidence import Evidence
from tests.rehearsed.cis.looks import argument, at_most, given, has, lacks, owned

API, MANAGER, SCHEDULER = "kube-apiserver", "kube-controller-manager", "kube-scheduler"
MANIFESTS = "/etc/kubernetes/manifests"
KUBECONFIGS = "/etc/kubernetes/kubeconfig"
PUBLIC = "/etc/kubernetes/pki/*"
PRIVATE = "/run/kube-aws/*.pem"
NETWORKS = ("/etc/cni/net.d/*", "/var/lib/cni/networks/*/*")
STRONG = {
    f"TLS_ECDHE_{key}_WITH_{cipher}"
    for key in ("ECDSA", "RSA")
    for cipher in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
}
"""Suites of TLS 1.2; those of TLS 1.3 are all strong, and cannot be chosen."""


def strong(suites: list[str]) -> bool:
    return bool(suites) and set(suites) <= STRONG


def _false(value: str) -> bool:
    return value == "false"


def _true(value: str) -> bool:
    return value == "true"


def _local(value: str) -> bool:
    return value == "127.0.0.1"


def _encrypted(evidence: Evidence) -> Iterator[str]:
    config = json.loads(evidence.texts["/run/kube-aws/kube-apiserver/encryption.json"])
    first = next(one["providers"][0] for one in config["resources"] if "secrets" in one["resources"])
    if not {"aescbc", "kms", "secretbox"} & set(first):
        yield f"Secrets are encrypted by {', '.join(first)}"


def _own_authority(evidence: Evidence) -> Iterator[str]:
    if evidence.texts["/run/kube-aws/etcd/etcd-ca.pem"] == evidence.texts["/etc/kubernetes/pki/ca.pem"]:
        yield "etcd trusts the cluster's authority"


def _certificates_of_people(evidence: Evidence) -> Iterator[str]:
    groups = {
        subject["name"]
        for binding in evidence.objects["ClusterRoleBinding"]
        for subject in binding.get("subjects", [])
        if subject["kind"] == "Group" and not subject["name"].startswith("system:")
    }
    if groups and evidence.controller.arguments[API].get("--client-ca-file"):
        yield f"members of {', '.join(sorted(groups))} have client certificates"


def _tokens_of_people(evidence: Evidence) -> Iterator[str]:
    for secret in evidence.objects["Secret"]:
        if secret["type"] == "kubernetes.io/service-account-token":
            yield f"the Secret {secret['metadata']['name']} holds a token without end"


def _bootstrap_tokens(evidence: Evidence) -> Iterator[str]:
    bound = {
        subject["name"]: binding["roleRef"]["name"]
        for binding in evidence.objects["ClusterRoleBinding"]
        for subject in binding.get("subjects", [])
        if subject["name"].startswith("system:bootstrappers")
    }
    for group, role in bound.items():
        if role not in ("kube-aws:bootstrap", "system:node-bootstrapper"):
            yield f"{group} is bound to {role}"


def _audited(evidence: Evidence) -> Iterator[str]:
    rules = evidence.texts["/etc/kubernetes/audit-policy.yaml"].partition("rules:")[2].split()
    if rules != ["-", "level:", "Metadata"]:
        yield f"the rules are not Metadata for everything: {' '.join(rules)}"


CONTROL_PLANE = (
    Check("1.1.1", "API server's pod file 0600", at_most(0o600, f"{MANIFESTS}/kube-apiserver.yaml")),
    Check("1.1.2", "API server's pod file root's", owned("root:root", f"{MANIFESTS}/kube-apiserver.yaml")),
    Check("1.1.3", "controller manager's pod file 0600", at_most(0o600, f"{MANIFESTS}/{MANAGER}.yaml")),
    Check("1.1.4", "controller manager's pod file root's", owned("root:root", f"{MANIFESTS}/{MANAGER}.yaml")),
    Check("1.1.5", "scheduler's pod file 0600", at_most(0o600, f"{MANIFESTS}/{SCHEDULER}.yaml")),
    Check("1.1.6", "scheduler's pod file root's", owned("root:root", f"{MANIFESTS}/{SCHEDULER}.yaml")),
    Check("1.1.7", "etcd's pod file 0600", at_most(0o600, f"{MANIFESTS}/etcd.yaml")),
    Check("1.1.8", "etcd's pod file root's", owned("root:root", f"{MANIFESTS}/etcd.yaml")),
    Check("1.1.9", "pod networks' files 0600", at_most(0o600, *NETWORKS, everywhere=True)),
    Check("1.1.10", "pod networks' files root's", owned("root:root", *NETWORKS, everywhere=True)),
    Check("1.1.11", "etcd's data folder 0700", at_most(0o700, "/var/lib/etcd", "/var/lib/etcd/data")),
    Check("1.1.12", "etcd's data folder of a user etcd", owned("etcd:etcd", "/var/lib/etcd")),
    Check("1.1.13", "admin's kubeconfig 0600", at_most(0o600, f"{KUBECONFIGS}/admin.yaml")),
    Check("1.1.14", "admin's kubeconfig root's", owned("root:root", f"{KUBECONFIGS}/admin.yaml")),
    Check("1.1.15", "scheduler's kubeconfig 0600", at_most(0o600, f"{KUBECONFIGS}/{SCHEDULER}.yaml")),
    Check("1.1.16", "scheduler's kubeconfig root's", owned("root:root", f"{KUBECONFIGS}/{SCHEDULER}.yaml")),
    Check("1.1.17", "controller manager's kubeconfig 0600", at_most(0o600, f"{KUBECONFIGS}/{MANAGER}.yaml")),
    Check(
        "1.1.18",
        "controller manager's kubeconfig root's",
        owned("root:root", f"{KUBECONFIGS}/{MANAGER}.yaml"),
    ),
    Check("1.1.19", "certificates and keys root's", owned("root:root", PUBLIC, PRIVATE)),
    Check("1.1.20", "certificates 0644", at_most(0o644, PUBLIC)),
    Check("1.1.21", "keys 0600", at_most(0o600, PRIVATE)),
    Check("1.2.1", "no anonymous requests", argument(API, "--anonymous-auth", _false)),
    Check("1.2.2", "no file of tokens", argument(API, "--token-auth-file", lambda value: not value)),
    Check(
        "1.2.3",
        "no Service claims outside addresses",
        argument(API, "--enable-admission-plugins", has("DenyServiceExternalIPs")),
    ),
    Check(
        "1.2.4",
        "a certificate towards kubelets",
        given(API, "--kubelet-client-certificate", "--kubelet-client-key"),
    ),
    Check("1.2.5", "kubelets' certificates are verified", given(API, "--kubelet-certificate-authority")),
    Check(
        "1.2.6",
        "not everything is allowed",
        argument(API, "--authorization-mode", lacks("AlwaysAllow"), "AlwaysAllow"),
    ),
    Check("1.2.7", "nodes are authorized as nodes", argument(API, "--authorization-mode", has("Node"))),
    Check("1.2.8", "roles decide", argument(API, "--authorization-mode", has("RBAC"))),
    Check("1.2.9", "events are limited", argument(API, "--enable-admission-plugins", has("EventRateLimit"))),
    Check(
        "1.2.10",
        "not everything is admitted",
        argument(API, "--enable-admission-plugins", lacks("AlwaysAdmit")),
    ),
    Check(
        "1.2.11",
        "images are always pulled",
        argument(API, "--enable-admission-plugins", has("AlwaysPullImages")),
    ),
    Check(
        "1.2.12",
        "pods have service accounts",
        argument(API, "--disable-admission-plugins", lacks("ServiceAccount")),
    ),
    Check(
        "1.2.13",
        "namespaces have to exist",
        argument(API, "--disable-admission-plugins", lacks("NamespaceLifecycle")),
    ),
    Check(
        "1.2.14",
        "nodes change only themselves",
        argument(API, "--enable-admission-plugins", has("NodeRestriction")),
    ),
    Check("1.2.15", "API server without profiling", argument(API, "--profiling", _false, "true")),
    Check("1.2.16", "an audit log", given(API, "--audit-log-path")),
    Check(
        "1.2.17",
        "audit logs of 30 days",
        argument(API, "--audit-log-maxage", lambda days: int(days) >= 30, "0"),
    ),
    Check(
        "1.2.18", "10 audit logs", argument(API, "--audit-log-maxbackup", lambda logs: int(logs) >= 10, "0")
    ),
    Check(
        "1.2.19",
        "audit logs of 100 MB",
        argument(API, "--audit-log-maxsize", lambda size: int(size) >= 100, "0"),
    ),
    Check("1.2.20", "requests end", argument(API, "--request-timeout", lambda time: time != "0", "1m0s")),
    Check(
        "1.2.21",
        "deleted accounts' tokens are void",
        argument(API, "--service-account-lookup", _true, "true"),
    ),
    Check("1.2.22", "a key of its own for tokens", given(API, "--service-account-key-file")),
    Check("1.2.23", "a certificate towards etcd", given(API, "--etcd-certfile", "--etcd-keyfile")),
    Check("1.2.24", "the API speaks TLS", given(API, "--tls-cert-file", "--tls-private-key-file")),
    Check("1.2.25", "clients' certificates are verified", given(API, "--client-ca-file")),
    Check("1.2.26", "etcd's certificate is verified", given(API, "--etcd-cafile")),
    Check("1.2.27", "Secrets are encrypted", given(API, "--encryption-provider-config")),
    Check("1.2.28", "Secrets are encrypted well", _encrypted),
    Check(
        "1.2.29",
        "strong ciphers at the API",
        argument(API, "--tls-cipher-suites", lambda suites: strong(suites.split(","))),
    ),
    Check(
        "1.2.30",
        "tokens are not extended",
        argument(API, "--service-account-extend-token-expiration", _false, "true"),
    ),
    Check("1.3.1", "ended pods are collected", given(MANAGER, "--terminated-pod-gc-threshold")),
    Check("1.3.2", "controller manager without profiling", argument(MANAGER, "--profiling", _false, "true")),
    Check(
        "1.3.3",
        "an account for each controller",
        argument(MANAGER, "--use-service-account-credentials", _true),
    ),
    Check("1.3.4", "a key that signs tokens", given(MANAGER, "--service-account-private-key-file")),
    Check("1.3.5", "pods know the authority", given(MANAGER, "--root-ca-file")),
    Check(
        "1.3.6",
        "kubelets' certificates rotate",
        argument(MANAGER, "--feature-gates", lacks("RotateKubeletServerCertificate=false")),
    ),
    Check("1.3.7", "controller manager listens locally", argument(MANAGER, "--bind-address", _local)),
    Check("1.4.1", "scheduler without profiling", argument(SCHEDULER, "--profiling", _false, "true")),
    Check("1.4.2", "scheduler listens locally", argument(SCHEDULER, "--bind-address", _local)),
)

ETCD = (
    Check("2.1", "etcd speaks TLS", given("etcd", "--cert-file", "--key-file")),
    Check("2.2", "etcd's clients show certificates", argument("etcd", "--client-cert-auth", _true)),
    Check("2.3", "no certificates of etcd's own", argument("etcd", "--auto-tls", _false, "false")),
    Check("2.4", "members speak TLS", given("etcd", "--peer-cert-file", "--peer-key-file")),
    Check("2.5", "members show certificates", argument("etcd", "--peer-client-cert-auth", _true)),
    Check("2.6", "no certificates of members' own", argument("etcd", "--peer-auto-tls", _false, "false")),
    Check("2.7", "an authority for etcd alone", _own_authority),
)

CONFIGURATION = (
    Check("3.1.1", "people have no client certificates", _certificates_of_people),
    Check("3.1.2", "people have no service accounts' tokens", _tokens_of_people),
    Check("3.1.3", "bootstrap tokens are for joining", _bootstrap_tokens),
    Check("3.2.1", "an audit policy", given(API, "--audit-policy-file")),
    Check("3.2.2", "the audit policy covers what matters", _audited),
)

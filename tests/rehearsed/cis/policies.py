"""Section 5: roles, pods and namespaces of the cluster itself. What people add is theirs to judge."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.rehearsed.cis.check import Check, Find, not_applicable
from tests.rehearsed.cis.evidence import Evidence

Object = dict[str, Any]


def _granted(evidence: Evidence) -> Iterator[tuple[str, Object]]:
    """Subjects with a rule that holds for them, but for what Kubernetes binds by itself, and for those who
    may do everything (5.1.1)."""
    rules = {
        (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]): one.get("rules") or []
        for one in evidence.objects["ClusterRole"] + evidence.objects["Role"]
    }
    for binding in evidence.objects["ClusterRoleBinding"] + evidence.objects["RoleBinding"]:
        role = binding["roleRef"]
        if _built_in(binding) or role["name"] == "cluster-admin":
            continue
        namespace = binding["metadata"].get("namespace") if role["kind"] == "Role" else None
        for rule in rules[(role["kind"], namespace, role["name"])]:
            for subject in binding.get("subjects", []):
                yield subject["name"], rule


def _built_in(one: Object) -> bool:
    labels = one["metadata"].get("labels", {})
    return labels.get("kubernetes.io/bootstrapping") == "rbac-defaults"


def nobody(verbs: str, *resources: str) -> Find:
    """No subject may do one of the verbs to one of the resources."""

    def find(evidence: Evidence) -> Iterator[str]:
        for resource in resources:
            who = {
                subject
                for subject, rule in _granted(evidence)
                if {"*", *verbs.split()} & set(rule["verbs"])
                and {"*", resource} & set(rule.get("resources", []))
                and not rule.get("resourceNames")
            }
            if who:
                yield f"{resource}: {', '.join(sorted(who))}"

    return find


def _cluster_admins(evidence: Evidence) -> Iterator[str]:
    for binding in evidence.objects["ClusterRoleBinding"]:
        if binding["roleRef"]["name"] == "cluster-admin" and not _built_in(binding):
            yield ", ".join(subject["name"] for subject in binding["subjects"])


def _wildcards(evidence: Evidence) -> Iterator[str]:
    for role in evidence.objects["ClusterRole"] + evidence.objects["Role"]:
        if not _built_in(role):
            for rule in role.get("rules") or []:
                if "*" in [*rule["verbs"], *rule.get("resources", []), *rule.get("apiGroups", [])]:
                    yield role["metadata"]["name"]


def _default_accounts(evidence: Evidence) -> Iterator[str]:
    for pod in _pods(evidence):
        if pod["spec"].get("serviceAccountName") == "default" and _token(pod):
            yield f"{_name(pod)} runs as default"
    for account in evidence.objects["ServiceAccount"]:
        about = account["metadata"]
        if about["name"] == "default" and account.get("automountServiceAccountToken") is not False:
            yield f"default of {about['namespace']} gives its token"


def _tokens(evidence: Evidence) -> Iterator[str]:
    bound = {subject for subject, _ in _granted(evidence)}
    for pod in _pods(evidence):
        account = pod["spec"].get("serviceAccountName")
        if _token(pod) and account not in bound:
            yield f"{_name(pod)} has a token of {account}, which may do nothing"


def _token(pod: Object) -> bool:
    return any("projected" in volume for volume in pod["spec"].get("volumes", []))


def _masters(evidence: Evidence) -> Iterator[str]:
    if any(file.path == "/run/kube-aws/admin/client.pem" for file in evidence.controller.files):
        yield "the controller's own scripts"


def _pods(evidence: Evidence) -> list[Object]:
    assert evidence.objects["Pod"]
    return evidence.objects["Pod"]


def _name(pod: Object) -> str:
    """Of what a pod is one of."""
    labels = pod["metadata"].get("labels", {})
    name = labels.get("k8s-app") or labels.get("component") or pod["metadata"]["name"]
    return str(name)


def no_pod(holds: Callable[[Object], Any]) -> Find:
    def find(evidence: Evidence) -> Iterable[str]:
        return sorted({_name(pod) for pod in _pods(evidence) if holds(pod)})

    return find


def no_container(holds: Callable[[Object, Object], Any]) -> Find:
    """Init containers count; `holds` gets a container's security context and the container."""

    def find(pod: Object) -> bool:
        containers = pod["spec"]["containers"] + pod["spec"].get("initContainers", [])
        return any(holds(pod["spec"].get("securityContext", {}) | _context(one), one) for one in containers)

    return no_pod(find)


def _context(container: Object) -> Object:
    context: Object = container.get("securityContext", {})
    return context


def _capabilities(context: Object) -> Object:
    capabilities: Object = context.get("capabilities", {})
    return capabilities


def _raw(context: Object, _: Object) -> bool:
    capabilities = _capabilities(context)
    dropped = {"ALL", "NET_RAW"} & set(capabilities.get("drop", []))
    return not dropped or "NET_RAW" in capabilities.get("add", [])


def _root(context: Object, _: Object) -> bool:
    return not context.get("runAsUser") and not context.get("runAsNonRoot")


def _from_environment(_: Object, container: Object) -> bool:
    return any("secretRef" in one for one in container.get("envFrom", [])) or any(
        "secretKeyRef" in one.get("valueFrom", {}) for one in container.get("env", [])
    )


def _policies(evidence: Evidence) -> Iterator[str]:
    for namespace in evidence.objects["Namespace"]:
        labels = namespace["metadata"].get("labels", {})
        if "pod-security.kubernetes.io/enforce" not in labels:
            yield f"{namespace['metadata']['name']} enforces nothing"


def _network_policies(evidence: Evidence) -> Iterator[str]:
    having = {one["metadata"]["namespace"] for one in evidence.objects.get("NetworkPolicy", [])}
    for namespace in evidence.objects["Namespace"]:
        if namespace["metadata"]["name"] not in having:
            yield f"{namespace['metadata']['name']} has none"


def _network(evidence: Evidence) -> Iterator[str]:
    if any(_name(pod) == "flannel" for pod in _pods(evidence)):
        yield "flannel does not"


def _provenance(evidence: Evidence) -> Iterator[str]:
    plugins = evidence.controller.arguments["kube-apiserver"]["--enable-admission-plugins"]
    if "ImagePolicyWebhook" not in plugins.split(","):
        yield "no ImagePolicyWebhook"


def _in_default(evidence: Evidence) -> Iterator[str]:
    for kind in ("Pod", "Service", "Secret"):
        for one in evidence.objects.get(kind, []):
            name = one["metadata"]["name"]
            if one["metadata"]["namespace"] == "default" and (kind, name) != ("Service", "kubernetes"):
                yield f"{kind} {name}"


POLICIES = (
    Check("5.1.1", "cluster-admin only where required", _cluster_admins),
    Check("5.1.2", "who reads Secrets", nobody("get list watch", "secrets")),
    Check("5.1.3", "no wildcards in roles", _wildcards),
    Check("5.1.4", "who creates pods", nobody("create", "pods")),
    Check("5.1.5", "default service accounts are not used", _default_accounts),
    Check("5.1.6", "tokens only where they are needed", _tokens),
    Check("5.1.7", "nobody in system:masters", _masters),
    Check("5.1.8", "who binds, impersonates, escalates", nobody("bind impersonate escalate", "*")),
    Check("5.1.9", "who creates persistent volumes", nobody("create", "persistentvolumes")),
    Check("5.1.10", "who reaches nodes' proxy", nobody("create get", "nodes/proxy")),
    Check(
        "5.1.11", "who approves certificates", nobody("update patch", "certificatesigningrequests/approval")
    ),
    Check(
        "5.1.12",
        "who changes webhooks",
        nobody(
            "create update patch delete", "validatingwebhookconfigurations", "mutatingwebhookconfigurations"
        ),
    ),
    Check("5.1.13", "who makes tokens", nobody("create", "serviceaccounts/token")),
    Check("5.2.1", "policies for pods", _policies),
    Check("5.2.2", "privileged containers", no_container(lambda context, _: context.get("privileged"))),
    Check("5.2.3", "the host's processes", no_pod(lambda pod: pod["spec"].get("hostPID"))),
    Check("5.2.4", "the host's IPC", no_pod(lambda pod: pod["spec"].get("hostIPC"))),
    Check("5.2.5", "the host's network", no_pod(lambda pod: pod["spec"].get("hostNetwork"))),
    Check(
        "5.2.6",
        "containers that gain privileges",
        no_container(lambda context, _: context.get("allowPrivilegeEscalation") is not False),
    ),
    Check("5.2.7", "containers as root", no_container(_root)),
    Check("5.2.8", "containers with NET_RAW", no_container(_raw)),
    Check(
        "5.2.9",
        "containers with added capabilities",
        no_container(lambda context, _: _capabilities(context).get("add")),
    ),
    Check(
        "5.2.10",
        "Windows' host processes",
        no_container(lambda context, _: context.get("windowsOptions", {}).get("hostProcess")),
    ),
    Check(
        "5.2.11",
        "folders of the host",
        no_pod(lambda pod: any("hostPath" in one for one in pod["spec"].get("volumes", []))),
    ),
    Check(
        "5.2.12",
        "ports of the host",
        no_container(lambda _, one: any("hostPort" in port for port in one.get("ports", []))),
    ),
    Check("5.3.1", "the network knows NetworkPolicy", _network),
    Check("5.3.2", "namespaces have NetworkPolicies", _network_policies),
    Check("5.4.1", "Secrets as files", no_container(_from_environment)),
    Check("5.4.2", "Secrets outside the cluster", not_applicable("the choice of who runs workloads")),
    Check("5.5.1", "images' provenance", _provenance),
    Check("5.6.1", "namespaces as boundaries", not_applicable("the choice of who runs workloads")),
    Check(
        "5.6.2",
        "system calls are filtered",
        no_container(lambda context, _: context.get("seccompProfile", {}).get("type") != "RuntimeDefault"),
    ),
    Check("5.6.3", "containers have security contexts", no_container(lambda _, one: not _context(one))),
    Check("5.6.4", "the default namespace is not used", _in_default),
)

"""What goes wrong on a node that boots: the reasons that stages are known to give, and how to mend them."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A stage (any, if "") and the reason that it gives (a pattern); in a few words what that is, what is
    behind it, and how to mend it.

    In cause and mend stand `{key}` and `{arn}` for the KMS key's id and ARN, `{role}` for the logical name
    of the node's role, `{api}` for the API's private name, `{size}` for the key of cluster.yaml that is the
    size of the node's root volume.
    """

    stage: str
    said: str
    what: str
    cause: str
    mend: str


_REMADE = "then kube-aws destroy and kube-aws up (running nodes keep their files)"
_REACH = (
    "look at the subnet's route table, the security group's outbound rules and the network ACL;"
    " behind a firewall allow this site"
)

FAULTS = (
    Fault(
        "",
        r"RequestTimeTooSkewed|RequestExpired|Signature (expired|not yet current)"
        r"|certificate is not yet valid|expired or is not yet valid",
        "its clock is wrong",
        "the node's clock differs from AWS's by minutes, so signatures and certificates do not count",
        "NTP is at 169.254.169.123 in every VPC: see that nothing in userdata/ points elsewhere, then"
        " terminate the instance; its group launches another",
    ),
    Fault(
        "",
        r"No space left on device|curl: \(23\)",
        "its disk is full",
        "the root volume is too small for what the node downloads",
        f"raise {{size}} in cluster.yaml, {_REMADE}",
    ),
    Fault(
        "",
        r"explicit deny in (a|an) (service|resource) control policy",
        "the organization forbids it",
        "a policy of the organization denies this to the node's role",
        "ask who administers the organization",
    ),
    Fault(
        "unseal",
        r"DisabledException|is disabled",
        "the KMS key is disabled",
        "somebody disabled key {key}",
        "aws kms enable-key --key-id {arn}",
    ),
    Fault(
        "unseal",
        r"KMSInvalidStateException|pending (deletion|import)|KeyUnavailable",
        "the KMS key cannot be used",
        "key {key} is to be deleted, or has no key material",
        "aws kms cancel-key-deletion, then aws kms enable-key, with --key-id {arn}",
    ),
    Fault(
        "unseal",
        r"InvalidCiphertext|IncorrectKey",
        "KMS cannot open what was sealed",
        "the node's files hold a text that was sealed for another cluster, role or key",
        f"remove credentials/sealed.json, so that all is sealed anew, {_REMADE}",
    ),
    Fault(
        "unseal",
        r"NotFoundException",
        "there is no such KMS key",
        "key {key} does not exist any more, or lies in another region",
        f"set kmsKeyArn in cluster.yaml to a key of this region, {_REMADE}",
    ),
    Fault(
        "unseal",
        r"no resource-based policy allows|explicit deny in a resource-based policy",
        "KMS refused kms:Decrypt",
        "the key's policy does not let IAM policies grant it (key {key})",
        "have the key's policy allow kms:Decrypt to this account (needs kms:PutKeyPolicy)",
    ),
    Fault(
        "unseal",
        r"AccessDenied",
        "KMS refused kms:Decrypt",
        "the node's role lacks it: {role} was changed, or a policy or boundary of the account denies it"
        " (key {key})",
        "compare {role} in stack-template.json with docs/iam.md, statement Unseal",
    ),
    Fault(
        "downloads",
        r"another SHA-512 than release\.lock says",
        "a download is not what release.lock says",
        "the site, or something on the way, gives other bytes, or release.lock was edited",
        f"if you trust the site: remove its entry from release.lock, render, {_REMADE}",
    ),
    Fault(
        "downloads",
        r"returned error: 4(04|10|03)",
        "a download does not exist",
        "the site has no such file (any more), or keeps it from the node",
        f"open that address; remove its entry from release.lock, render, {_REMADE}",
    ),
    Fault(
        "downloads",
        r"returned error: (429|5\d\d)",
        "a download site has trouble",
        "the site refuses for now",
        "wait",
    ),
    Fault(
        "",
        r"[Cc]ould not resolve host|no such host|i/o timeout.*:53|server misbehaving",
        "it cannot resolve names",
        "the VPC's resolver does not answer, or does not know that name",
        "see that enableDnsSupport is on in the VPC, and what its DHCP options name as resolver",
    ),
    Fault(
        "",
        r"^(ec2|kms|cloudformation) \w+: curl: \((5|6|7|28|35|52|55|56)\)",
        "AWS's API does not answer it",
        "nothing answers the node at that service's address in this region",
        "look for a firewall or a VPC endpoint with a policy on that service",
    ),
    Fault(
        "identity",
        r"returned error: 404",
        "the metadata service lacks what it looks for",
        "the instance has lost the tag kube-aws:volume, or its tags are not shown in the metadata",
        f"compare TagSpecifications and InstanceMetadataTags in stack-template.json, {_REMADE}",
    ),
    Fault(
        "downloads",
        r"curl: \((7|28|35|52|55|56)\)|[Cc]onnection timed out|Failed to connect|No route to host",
        "a download site cannot be reached",
        "nothing answers the node there",
        _REACH,
    ),
    Fault(
        "downloads",
        r"curl: \(60\)|certificate",
        "a download site is not trusted",
        "its certificate is not signed by an authority that Flatcar knows: something opens TLS on the way",
        "let these sites pass untouched",
    ),
    Fault(
        "etcd-volume",
        r"still attached to i-",
        "etcd's volume hangs on another instance",
        "the controller's predecessor has not let go of it",
        "wait until that instance is terminated; terminate it if it is not on its way",
    ),
    Fault(
        "etcd-volume",
        r"no device appears",
        "etcd's volume does not appear",
        "EC2 says that it is attached, but the node sees no device",
        "terminate the instance: its group launches another, which attaches it again",
    ),
    Fault(
        "etcd-volume",
        r"InvalidVolume\.NotFound",
        "etcd's volume is gone",
        "somebody deleted it; its daily snapshots may be there",
        "aws ec2 describe-snapshots --owner-ids self",
    ),
    Fault(
        "etcd-volume",
        r"was formatted and is blank now",
        "etcd's volume has lost its content",
        "the volume was formatted once and is blank: it is not formatted again, as that would hide the loss",
        "restore its last snapshot; for a cluster that nobody needs: kube-aws destroy, kube-aws up",
    ),
    Fault(
        "etcd-volume",
        r"holds something unknown",
        "etcd's volume holds something else",
        "there is neither nothing nor a file system on it",
        "look at it from another instance; it is not formatted, as that would lose what it holds",
    ),
    Fault(
        "control-plane",
        r"(ErrImagePull|ImagePullBackOff|[Ff]ailed to pull|failed to resolve reference|PullImage)"
        r".*(not found|manifest unknown|NotFound|40[134])",
        "an image is missing from its registry",
        "the registry does not have the image that release.lock pins",
        f"remove its entry from release.lock, render, {_REMADE}",
    ),
    Fault(
        "control-plane",
        r"ErrImagePull|ImagePullBackOff|[Ff]ailed to pull|failed to resolve reference|PullImage",
        "an image cannot be pulled",
        "the registry does not answer the node",
        _REACH,
    ),
    Fault(
        "control-plane",
        r"the API does not answer",
        "the API server does not come up",
        "etcd or the API server ends or waits; kubelet starts both from /etc/kubernetes/manifests",
        "look on the node (sshAllowedCIDRs): crictl ps -a, then crictl logs of what has ended",
    ),
    Fault(
        "wait-for-api",
        r"does not answer",
        "the API does not answer it",
        "the controllers are not there yet, or do not let it in: it asks {api} on port 443",
        "look at the controllers first; then at their security group, which must let workers in on 443,"
        " and at the private zone's record {api}",
    ),
    Fault(
        "join",
        r"Unauthorized",
        "the API does not know its bootstrap token",
        "credentials/bootstrap-token has changed since a controller made its Secret, or that was removed",
        "restore credentials/ as it was; else kube-aws destroy and kube-aws up",
    ),
    Fault(
        "join",
        r"cannot be \S+ yet: (aws://|\S*aws:///)",
        "another instance still has its name",
        "a predecessor had its address; the cloud controller manager removes that Node once EC2 has forgotten"
        " its instance",
        "wait; without the cloud controller manager: kubectl delete node with that name",
    ),
    Fault(
        "join",
        r"does not register",
        "kubelet does not register",
        "its certificate request is not approved, or kubelet ends: its last words stand above",
        "kubectl get csr; on a controller: journalctl -u node-certificates",
    ),
    Fault(
        "add-ons",
        r"DescribeStackResource",
        "it cannot read the add-ons",
        "the stack does not give them to the node's role",
        "compare {role} in stack-template.json with docs/iam.md, statement ReadAddOns",
    ),
    Fault(
        "add-ons",
        r"(is invalid|error validating|unknown field|no matches for kind|cannot be handled|forbidden)",
        "the API refuses an add-on",
        "a manifest in userdata/addons is not as this Kubernetes wants it",
        "kube-aws validate; correct it, then kube-aws up applies it to the running cluster",
    ),
    Fault(
        "pod",
        r"(ErrImage|ImagePull).*(not found|manifest unknown|NotFound|40[134])",
        "its image is missing from the registry",
        "the registry does not have the image that the manifest names",
        "kube-aws lock --upgrade addons, or correct userdata/addons; kube-aws up applies it",
    ),
    Fault(
        "pod",
        r"ErrImage|ImagePull",
        "its image cannot be pulled",
        "the registry does not answer the node",
        _REACH,
    ),
    Fault(
        "pod",
        r"InvalidImageName",
        "its image has no valid name",
        "the manifest in userdata/addons names it wrongly",
        "correct it; kube-aws up applies it",
    ),
    Fault(
        "pod",
        r"CrashLoopBackOff|RunContainerError",
        "its container ends again and again",
        "what it says itself stands in its log",
        "kubectl --kubeconfig=kubeconfig -n kube-system logs --previous, of that pod",
    ),
    Fault(
        "pod",
        r"CreateContainer\w*Error",
        "its container cannot be made",
        "something that the manifest refers to is missing",
        "correct the manifest in userdata/addons; kube-aws up applies it",
    ),
    Fault(
        "pod",
        r"FailedCreate",
        "its pods are refused",
        "the API does not take the pods that the manifest describes",
        "correct the manifest in userdata/addons; kube-aws up applies it",
    ),
    Fault(
        "pod",
        r"Unschedulable.*uninitialized",
        "no node is initialised",
        "the cloud controller manager has not looked at the nodes yet, or may not ask EC2",
        "kubectl --kubeconfig=kubeconfig -n kube-system logs ds/aws-cloud-controller-manager",
    ),
    Fault(
        "pod",
        r"Unschedulable.*Insufficient",
        "no node has room for it",
        "the nodes are too small, or too few",
        f"raise workerCount or workerInstanceType in cluster.yaml, {_REMADE}",
    ),
    Fault(
        "pod",
        r"Unschedulable",
        "no node takes it",
        "the scheduler's words stand above",
        "kubectl --kubeconfig=kubeconfig describe nodes",
    ),
    Fault(
        "node",
        r"cni plugin not initialized|[Nn]etwork ?[Pp]lugin",
        "it has no pod network",
        "the network add-on (flannel) does not run there",
        "look at its pod: kubectl --kubeconfig=kubeconfig -n kube-system get pods -o wide",
    ),
    Fault(
        "node",
        r"stopped posting node status",
        "its kubelet has fallen silent",
        "the node or its kubelet does not run, or does not reach the API",
        "terminate the instance: its group launches another",
    ),
    Fault(
        "",
        r"CreateTags: (UnauthorizedOperation|AccessDenied)",
        "it may not tell its boot stage",
        "{role} lacks ec2:CreateTags on its own instance",
        "compare {role} in stack-template.json with docs/iam.md, statement TellBootStage",
    ),
    Fault(
        "",
        r"UnauthorizedOperation|AccessDenied",
        "AWS refused it",
        "the node's role lacks a permission",
        "compare {role} in stack-template.json with docs/iam.md",
    ),
)


def fault(stage: str, said: str) -> Fault | None:
    """What is known of a stage's reason; the first entry that fits. A stage that is not known is ""."""
    return next(
        (entry for entry in FAULTS if entry.stage in ("", stage) and re.search(entry.said, said, re.DOTALL)),
        None,
    )

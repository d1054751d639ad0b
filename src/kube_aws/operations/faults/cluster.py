"""What goes wrong in the cluster: what pods and Nodes are known to say."""

from kube_aws.operations.faults.fault import REACH, REMADE, Fault

CLUSTER = (
    Fault(
        "pod",
        r"(ErrImage|ImagePull).*(not found|manifest unknown|NotFound|40[134])",
        "its image is missing from the registry",
        "the registry does not have the image that the manifest names",
        "remove its entry from release.lock and render, or correct userdata/addons; kube-aws up applies it",
    ),
    Fault(
        "pod",
        r"ErrImage|ImagePull",
        "its image cannot be pulled",
        "the registry does not answer the node",
        REACH,
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
        f"raise workerCount or workerInstanceType in cluster.yaml, {REMADE}",
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
)

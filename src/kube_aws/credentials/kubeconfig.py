"""The kubeconfig beside cluster.yaml: the admin's way in, with paths into credentials/."""

from kube_aws.cluster.model import Cluster


def kubeconfig(cluster: Cluster) -> bytes:
    """The kubeconfig of the cluster's admin; it holds paths, no keys."""
    name = f"kube-aws-{cluster.cluster_name}"
    return f"""\
apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: credentials/ca.pem
    server: https://{cluster.external_dns_name}
  name: {name}-cluster
contexts:
- context:
    cluster: {name}-cluster
    namespace: default
    user: {name}-admin
  name: {name}-context
users:
- name: {name}-admin
  user:
    client-certificate: credentials/admin.pem
    client-key: credentials/admin-key.pem
current-context: {name}-context
""".encode()

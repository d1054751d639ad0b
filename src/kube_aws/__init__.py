"""One cluster.yaml to a running, TLS-secured Kubernetes cluster on AWS."""

__version__ = "0.1.0"

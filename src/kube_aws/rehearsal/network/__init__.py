"""The world's network: namespaces, security groups, addresses, names and the metadata service."""

"""release.lock: which machine images, binaries and container images a cluster runs."""

"""The services that moto lacks, as far as a cluster's stack and the preflight call them."""

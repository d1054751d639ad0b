"""Load balancers that carry traffic: a haproxy for each node of each, in a namespace of its own."""

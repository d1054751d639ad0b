"""An AWS of one's own: one process on loopback that answers as AWS does."""

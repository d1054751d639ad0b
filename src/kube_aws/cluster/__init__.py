"""cluster.yaml: its model, loading with line numbers, JSON schema."""

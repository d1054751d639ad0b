"""What can be found without asking anyone: one check a file, all of the form `check(disk, cluster)`."""

ALL = (
    "ignition",
    "userdata_size",
    "units",
    "scripts",
    "configuration",
    "manifests",
    "key_material",
    "template",
    "iam",
    "tags",
    "limits",
)
"""The checks' modules in the order in which they are told; imported by who runs them."""

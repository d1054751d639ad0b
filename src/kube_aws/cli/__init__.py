"""The commands, one file each. This file only lists them, so that the overview needs no import at all."""

COMMANDS = {
    "init": "Create cluster.yaml.",
    "render": "Render the stack template, node files and credentials.",
    "validate": "Check everything that AWS and the nodes would check later.",
    "up": "Create the cluster, or bring a running one up to date.",
    "status": "Show the cluster: endpoint, nodes, addresses.",
    "destroy": "Remove the cluster from AWS.",
    "explain": "Explain a key of cluster.yaml.",
    "schema": "Print the JSON schema of cluster.yaml.",
    "rehearse": "Run these commands on an embedded AWS, on this machine.",
    "completion": "Print the completion script for bash, zsh or fish.",
    "version": "Print the version.",
}
"""Each command with its line of help; its click command is `command` in kube_aws.cli.<name>."""

OPTIONS = {
    "-C, --directory DIR": "The cluster's folder (default: the working directory).",
    "-h, --help": "This text; after a command, its options.",
}


def overview() -> str:
    """The text of `kube-aws --help`, at most 80 columns wide."""
    return "\n".join(
        [
            "Usage: kube-aws [-C DIR] COMMAND [OPTION]...",
            "",
            "One cluster.yaml to a Kubernetes cluster on AWS, through files that you can",
            "read and keep in git: init, render, validate, up.",
            "",
            "Commands:",
            *(f"  {name:<12}{text}" for name, text in COMMANDS.items()),
            "",
            "Options:",
            *(f"  {name:<22}{text}" for name, text in OPTIONS.items()),
        ]
    )

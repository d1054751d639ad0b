"""The program `kube-aws`: runs one command; what goes wrong becomes a message and an exit status."""

import os
import sys

from kube_aws import __version__
from kube_aws.cli import overview

INTERRUPTED = 130
"""As a shell reports a process that Ctrl-C ended."""


def main() -> int:
    """Run the command line; returns the exit status: 0 done, 1 failed, 2 wrong use."""
    try:
        status = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whatever read the output (`| head`) has enough; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the last net: no traceback reaches a person)
        from kube_aws.cli.failure import report

        return report(error)
    return status


def _run(arguments: list[str]) -> int:
    # These two are what people and scripts ask first and most; they need no import, not even click.
    if "_KUBE_AWS_COMPLETE" not in os.environ:
        if arguments in ([], ["-h"], ["--help"]):
            print(overview())
            return 0
        if arguments in (["version"], ["--version"]):
            print(f"kube-aws {__version__}")
            return 0
    from kube_aws.cli.group import group

    return group.main(arguments, prog_name="kube-aws", standalone_mode=False) or 0


if __name__ == "__main__":
    sys.exit(main())

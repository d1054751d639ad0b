"""`python -m kube_aws.rehearsal.components [NAME…]`: makes them, or all that a rehearsal needs.

`--clean` frees what that left. `--import IMAGE SOURCE` has an image served that somebody made elsewhere.
"""

import signal
import sys

from kube_aws.rehearsal.components.building import NEEDED, build, clean, import_image
from kube_aws.rehearsal.process import RehearsalError


def main(names: list[str]) -> int:
    """Build, with a line on standard error for each thing made; answers the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        match names:
            case ["--clean"]:
                print(f"{clean() / 1e9:.1f} GB freed", file=sys.stderr)
            case ["--import", image, source]:
                import_image(image, source)
            case ["--import", *_]:
                raise RehearsalError("--import takes two words", "--import IMAGE SOURCE (docs/components.md)")
            case _:
                build(names or NEEDED, lambda line: print(line, file=sys.stderr, flush=True))
    except RehearsalError as error:
        print(f"error: {error.what}\n  {error.next_step}", file=sys.stderr)
        return 1
    return 0


sys.exit(main(sys.argv[1:]))

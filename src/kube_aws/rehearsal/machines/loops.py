"""Loop devices: the kernel knows which has which file, so we need not."""

import subprocess
import time
from pathlib import Path

from kube_aws.rehearsal.process import RehearsalError


def number(file: Path) -> int | None:
    """The loop device that has this file."""
    return _loops().get(str(file.resolve()))


def attach(file: Path) -> int:
    """The loop device that has this file from now on, if none has it yet; it is as large as the file is now.

    Raises RehearsalError where one has it that is being given up but still in use.
    """
    loop = number(file)
    if loop is not None and (Path(f"/sys/block/loop{loop}/loop/autoclear")).read_text().strip() == "0":
        subprocess.run(["losetup", "--set-capacity", f"/dev/loop{loop}"], check=True)
        return loop
    wait_until_free(file)
    done = subprocess.run(
        ["losetup", "--find", "--show", file], check=True, text=True, stdout=subprocess.PIPE
    )
    return int(done.stdout.strip().removeprefix("/dev/loop"))


def detach(file: Path) -> bool:
    """Give up the file's loop device; False while it is still mounted: it goes after that."""
    loop = number(file)
    if loop is not None:
        # Fails only if it went at this moment.
        subprocess.run(["losetup", "--detach", f"/dev/loop{loop}"], check=False, capture_output=True)
    return number(file) is None


def detach_all(folder: Path) -> None:
    """Give up all loop devices with files under the folder, and wait until they are gone.

    Raises RehearsalError where one is still in use.
    """
    files = [Path(file) for file in _loops() if Path(file).is_relative_to(folder.resolve())]
    for file in files:
        detach(file)
    for file in files:
        wait_until_free(file)


def wait_until_free(file: Path) -> None:
    """Wait until no loop device has the file: the kernel gives them up a moment after their last user's end.

    Raises RehearsalError where one is still in use after ten seconds.
    """
    deadline = time.monotonic() + 10
    while (loop := number(file)) is not None:
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"{file} is still in use as /dev/loop{loop}", f"grep -l loop{loop} /proc/*/mounts"
            )
        time.sleep(0.01)


def _loops() -> dict[str, int]:
    found = {}
    for told in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            file = told.read_text().removesuffix("\n").removesuffix(" (deleted)")
        except OSError:  # it goes while we look
            continue
        found[file] = int(told.parts[3].removeprefix("loop"))
    return found

"""Looking at the API beside whatever else happens."""

import threading
import time

from kube_aws.kubernetes.api import Api
from kube_aws.kubernetes.look import Seen, look


class Beside:
    """Looks again and again in a thread of its own, so that an API that does not answer holds up nothing.

    `seen` is the newest look; None before the first. It ends with the process, or by `end`.
    """

    def __init__(self, api: Api, pause: float) -> None:
        self.seen: Seen | None = None
        self._api, self._pause = api, pause
        self._ended, self._news = threading.Event(), threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Until there is a newer look than at the last wait, `seconds` at the most."""
        self._news.wait(seconds)
        self._news.clear()

    def end(self) -> None:
        """Look no more; a look that is on its way is not waited for."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            started = time.monotonic()
            self.seen = look(self._api)
            self._news.set()
            self._ended.wait(max(0.1, self._pause - (time.monotonic() - started)))

"""The one error type: a message for the person at the terminal."""

from kube_aws.finding import Finding, Place


class UserError(Exception):
    """Something a person must know and mend: the reason, its place, the next step.

    `exit_status` is 1 for a failure, 2 for wrong use, a shell's where a command could not be run. `findings`
    holds the single findings where there is more than one reason.
    """

    def __init__(
        self,
        what: str,
        next_step: str = "",
        *,
        place: Place | None = None,
        findings: tuple[Finding, ...] = (),
        exit_status: int = 1,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step
        self.place = place
        self.findings = findings
        self.exit_status = exit_status

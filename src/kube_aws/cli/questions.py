"""The questions of `init` on a terminal."""

from collections.abc import Mapping

import click

from kube_aws.cluster.sample import FLAGS
from kube_aws.operations.init import settled, wrong
from kube_aws.operations.offers import Offer, offers
from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import columns, say, wrapped

QUESTIONS = {
    "clusterName": "Cluster name",
    "externalDNSName": "API's DNS name",
    "region": "Region",
    "availabilityZone": "Zone",
    "keyName": "EC2 key pair",
    "kmsKeyArn": "KMS key",
}


def ask(given: Mapping[str, str], profile: str | None) -> dict[str, str]:
    """Ask for each key of FLAGS that has no answer yet, offering what the account has."""
    answers = dict(given)
    offering = True
    for key in FLAGS:
        choices: list[Offer] = []
        if key in answers:
            continue
        if offering:
            try:
                choices = offers(key, answers.get("region", ""), profile)
            except UserError as error:
                offering = False
                say(wrapped(f"note: no choices to offer: {error.what}", "", "      "))
        answers = _asked(key, choices, answers)
    return answers


def _asked(key: str, choices: list[Offer], before: Mapping[str, str]) -> dict[str, str]:
    """The answers and one more, which is asked for until it is right."""
    question = f"? {QUESTIONS[key]:<20}"
    for number, offer in enumerate(choices, 1):
        line = f"{question if number == 1 else '':<22} {number}  {offer.shown}"
        say(line[: (columns() or len(line)) - 1])
    numbered = {str(number): offer.answer for number, offer in enumerate(choices, 1)}
    prompt = f"{'  number, or another' if choices else question:<22}"
    while True:
        default = "1" if choices else None
        typed = click.prompt(prompt, default=default, prompt_suffix=" ", err=True).strip()
        if choices and typed.isdigit() and typed not in numbered:
            say(f"  There is no {typed} in the list.")
            continue
        answers, notes = settled({**before, key: numbered.get(typed, typed)})
        mistakes = wrong(answers)
        for line in notes:
            say(f"note: {line}")
        for mistake in mistakes:
            say(wrapped(f"{mistake.what}. {mistake.next_step}".rstrip()))
        if not mistakes:
            return answers

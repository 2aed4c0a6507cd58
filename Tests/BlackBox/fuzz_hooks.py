"""Hooks of the fuzzing run: let more calls through than chance would, and count how each was answered.

Schemathesis loads this file through SCHEMATHESIS_HOOKS.
"""

import atexit
import json
import os
from collections import Counter

import schemathesis

caller = int(os.environ["STEWARD_FUZZ_PERSON"])
answers: dict[str, Counter] = {}
calls = Counter()


@schemathesis.hook
def before_call(context, case, kwargs):
    call = f"{case.method.upper()} {case.path}"
    calls[call] += 1
    if call == "PATCH /v1/people/{id}" and str(case.path_parameters.get("id")) == str(caller):
        # A caller who disables themselves would turn the rest of the run into a series of 401.
        drop(case, "disabled")
    if calls[call] % 3 == 0 and isinstance(case.body, dict):
        # What no generator guesses: a free address, and a record that exists.
        if "primary_email" in case.body:
            case.body["primary_email"] = f"generated-{calls[call]}@widget.example"
        if "provider_id" in case.body:
            case.body["provider_id"] = 1


def drop(case, name):
    for part in (case.body, case.query):
        if isinstance(part, dict):
            part.pop(name, None)


@schemathesis.hook
def after_call(context, case, response):
    answers.setdefault(f"{case.method.upper()} {case.path}", Counter())[response.status_code] += 1


@atexit.register
def write_answers():
    with open(os.environ["STEWARD_FUZZ_ANSWERS"], "w") as file:
        json.dump(answers, file, indent=1, sort_keys=True)

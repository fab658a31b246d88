"""What generated requests need besides what the document says: a session, and ids of things that exist."""

import json
import os
import random
import subprocess
import urllib.request

import schemathesis

BASE = os.environ["BASE"]
IDS = json.loads(os.environ["IDS"])
# A command that prints a one-time link: for calls that end the session, each of which gets one of its own.
LINK = json.loads(os.environ.get("LINK", "null"))
chance = random.Random(20)


def sign_in(link):
    """The cookie of a new session of the first administrator."""
    body = json.dumps({"link": {"token": link.split("#", 1)[1].strip()}}).encode()
    head = {"Content-Type": "application/json", "X-MSI-CSRF": "1", "Origin": BASE}
    request = urllib.request.Request(f"{BASE}/api/v1/session", body, head, method="POST")
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Set-Cookie"].split(";", 1)[0]


@schemathesis.hook
def before_call(context, case, **kwargs):
    if LINK:
        cookie = sign_in(subprocess.run(LINK, check=True, capture_output=True, text=True).stdout)
    else:
        cookie = os.environ["COOKIE"]
    case.headers = {**(case.headers or {}), "Cookie": cookie, "Origin": BASE, "X-MSI-CSRF": "1"}
    known = IDS.get(case.operation.path.split("{", 1)[0].strip("/"))
    if case.operation.path.endswith("/events"):
        # The stream of a batch that is open has no end.
        known = known[:1]
    if known and "id" in (case.path_parameters or {}) and chance.random() < 0.6:
        case.path_parameters["id"] = chance.choice(known)


@schemathesis.hook
def after_call(context, case, response):
    with open(os.environ["ANSWERS"], "a") as answers:
        answers.write(f"{case.operation.method.upper()} {case.operation.path}\t{response.status_code}\n")

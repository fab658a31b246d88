"""Generated requests over docs/openapi.json against a server with its sandbox on loopback, as the first administrator.

    SERVER=path/to/server python tests/api/run.py [options of `schemathesis run`]
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = os.path.abspath(os.environ["SERVER"])
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance"
# These end the session that they are made in, or make its later requests fail.
ALONE = ["delete_session", "delete_users_id_sessions", "put_profile_password", "put_sandbox_faults"]
SEED = "20"


def started(lines, start):
    for line in lines:
        if line.startswith(start):
            return line[len(start):].strip()
    sys.exit("the server ended before it listened")


def main():
    with tempfile.TemporaryDirectory() as data, open(pathlib.Path(data, "log"), "w") as log:
        server = subprocess.Popen(
            [SERVER, "serve", "--sandbox", "--sample-data", "--bind", "127.0.0.1:0", "--data", data,
             "--requests-per-second", "100000", "--credentials-per-minute", "100000"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            base = started(server.stdout, "listening on ").rstrip("/")
            failed = run(base, started(server.stdout, "sign in once with "), data)
        finally:
            server.terminate()
            server.wait()
        log.flush()
        # What a handler did not foresee is a failure too, whatever it was answered with.
        panics = [line for line in open(log.name) if '"a panic"' in line]
        print("".join(panics), end="")
        sys.exit(1 if failed or panics else 0)


def run(base, link, data):
    answers = pathlib.Path(data, "answers")
    os.environ.update(BASE=base, IDS="{}", COOKIE="", ANSWERS=str(answers))
    # Nothing is left in the tree.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.path.insert(0, str(ROOT / "tests/api"))
    from hooks import sign_in
    os.environ["COOKIE"] = sign_in(link)
    os.environ["IDS"] = json.dumps(ids(base))
    os.environ["SCHEMATHESIS_HOOKS"] = "hooks"
    os.environ["PYTHONPATH"] = str(ROOT / "tests/api")
    common = [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run",
              str(ROOT / "docs/openapi.json"), "--url", f"{base}/api/v1", "--checks", CHECKS, "--seed", SEED,
              "--phases", "coverage,fuzzing", "--request-timeout", "30", "--continue-on-failure",
              "--warnings", "off", "--suppress-health-check", "all", "--generation-database", "none"]
    apart = [option for name in ALONE for option in ("--exclude-operation-id", name)]
    failed = subprocess.call([*common, "--max-examples", "30", *apart, *sys.argv[1:]], cwd=data) != 0
    failed = is_signed_out(base, answers) or failed
    if sys.argv[1:]:
        return failed
    os.environ["LINK"] = json.dumps([SERVER, "sign-in-link", "--data", data])
    only = [option for name in ALONE for option in ("--include-operation-id", name)]
    return subprocess.call([*common, "--phases", "fuzzing", "--max-examples", "10", *only], cwd=data) != 0 or failed


def is_signed_out(base, answers):
    """Whether the run tested next to nothing, as its session had ended. Tells which operations did what they are for."""
    lines = [line.split("\t") for line in answers.read_text().splitlines()]
    asked, done = {name for name, _ in lines}, {name for name, status in lines if status.startswith(("2", "3"))}
    print(f"{len(lines)} requests; {len(done)} of {len(asked)} operations succeeded at least once, and not:")
    print("".join(f"  {name}\n" for name in sorted(asked - done)))
    # By another answer of 401 an API key, a passkey or a token was refused.
    try:
        ask(base, "/session")
        return False
    except urllib.error.HTTPError as error:
        print(f"the session ended early: it is answered with {error.code}")
        return True


def ask(base, path, body=None):
    head = {"X-MSI-CSRF": "1", "Cookie": os.environ["COOKIE"], "Origin": base, "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4())}
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/api/v1{path}", data, head)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def ids(base):
    """Things that exist, by the path below which they are: people, teams, a batch and its invitations."""
    rows = [{"row": row, "email": f"person{row}@example.com"} for row in range(2, 12)]
    sent = ask(base, "/invitation-batches", {"source": "csv", "expected_rows": len(rows)})["id"]
    ask(base, f"/invitation-batches/{sent}/chunks", {"index": 0, "rows": rows})
    ask(base, f"/invitation-batches/{sent}/seal", b"")
    open_one = ask(base, "/invitation-batches", {"source": "individual", "expected_rows": 3})["id"]
    invited = ask(base, f"/invitation-batches/{sent}/rows")["items"]
    return {
        "users": [user["id"] for user in ask(base, "/users?limit=200&status=active")["items"]],
        "teams": [team["id"] for team in ask(base, "/teams")["items"]],
        "invitation-batches": [sent, open_one],
        "invitations": [row["invitation"]["id"] for row in invited],
    }


if __name__ == "__main__":
    main()

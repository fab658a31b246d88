"""The steps of marketorestpython: people, activities, exports, and the use of the API.

run.mjs starts this with the address of the stand-in for Marketo. It prints a line of JSON for each step.
"""

import hashlib
import json
import re
import sys
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

from marketorestpython.client import MarketoClient

AT = sys.argv[1]
# Marketo's id of the person of a number of the stand-in is this much higher.
BEFORE = 100_000
FIRST = 2001
CHANGED_VALUE, DELETED_LEAD = 13, 37
STATIC_LIST = 1001


def credentials():
    """The credentials, which are written down once."""
    text = (Path(__file__).parent / "credentials.mjs").read_text(encoding="utf-8")
    ours = re.search(r'INTEGRATION = \{ id: "([^"]+)", secret: "([^"]+)" \}', text)
    munchkin = re.search(r'MUNCHKIN = "([^"]+)"', text)
    return munchkin[1], ours[1], ours[2]


MUNCHKIN, CLIENT_ID, CLIENT_SECRET = credentials()


class Client(MarketoClient):
    """The client makes its address of the id alone, https://ID.mktorest.com; nothing else is changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.host = f"{AT}/{MUNCHKIN}"


client = Client(MUNCHKIN, CLIENT_ID, CLIENT_SECRET, max_retry_time=5, requests_timeout=20)


def order(what, **body):
    """Has something happen to people; returns the first one's id."""
    request = urllib.request.Request(f"{AT}/__sandbox/{what}", method="POST")
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, json.dumps(body).encode(), timeout=20) as answer:
        return BEFORE + json.load(answer)["first"]


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def equal(found, wanted, what=""):
    check(found == wanted, f"{what} {found!r} instead of {wanted!r}".strip())


def since():
    return (datetime.now(timezone.utc) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def describe():
    fields = client.execute(method="describe")
    names = {field["rest"]["name"] for field in fields}
    check({"id", "email", "firstName", "sfdcLeadId"} <= names, names)
    check(all({"id", "displayName", "dataType"} <= field.keys() for field in fields), "a field lacks something")


def describe2():
    [description] = client.execute(method="describe2")
    equal(description["name"], "API Lead")
    names = {field["name"] for field in description["fields"]}
    searchable = {name for group in description["searchableFields"] for name in group}
    check("email" in searchable and searchable <= names, searchable)


def lead_by_id():
    [lead] = client.execute(method="get_lead_by_id", id=BEFORE + FIRST)
    equal(lead["id"], BEFORE + FIRST)
    equal(set(lead), {"id", "email", "firstName", "lastName", "createdAt", "updatedAt"})


def lead_by_id_with_fields():
    # A list is sent as the same parameter several times, as Adobe's description of the endpoint has it.
    [lead] = client.execute(method="get_lead_by_id", id=BEFORE + FIRST, fields=["id", "email", "company"])
    equal(set(lead), {"id", "email", "company"})


def leads(fields):
    # This is a POST: a form with _method=GET in it.
    ids = [str(BEFORE + FIRST + number) for number in range(250)]
    found = client.execute(
        method="get_multiple_leads_by_filter_type", filterType="id", filterValues=ids, fields=fields, batchSize=100
    )
    equal([str(lead["id"]) for lead in found], ids)
    return found


def leads_by_filter():
    found = leads("id,email,company")
    equal(set(found[0]), {"id", "email", "company"})


def leads_by_filter_with_list():
    found = leads(["id", "email", "sfdcLeadId"])
    equal(set(found[0]), {"id", "email", "sfdcLeadId"})


def leads_by_query():
    """What Adobe's documentation has: the method in the address, the rest in the body."""
    values = ",".join(str(BEFORE + FIRST + number) for number in range(250))
    client.authenticate()
    answer = client._api_call(
        "post",
        f"{client.host}/rest/v1/leads.json",
        {"_method": "GET", "access_token": client.token},
        f"filterType=id&filterValues={values}",
        mode="nojsondumps",
    )
    equal(len(answer["result"]), 250)


def activity_types():
    types = {kind["id"]: kind for kind in client.execute(method="get_activity_types")}
    equal(types[CHANGED_VALUE]["name"], "Change Data Value")
    equal(types[DELETED_LEAD]["name"], "Delete Lead")
    check(all("attributes" in kind for kind in types.values()), "a type lacks its attributes")


def paging_token():
    check(client.execute(method="get_paging_token", sinceDatetime=since()), "no token")


def paging_token_of_day():
    check(client.execute(method="get_paging_token", sinceDatetime=since()[:10]), "no token")


def lead_changes():
    start = since()
    changed = order("people/change", n=FIRST, field="company", value="Acme & Söhne")
    changes = client.execute(method="get_lead_changes", fields=["company", "title"], sinceDatetime=start)
    [change] = [change for change in changes if change["leadId"] == changed]
    equal(change["fields"][0]["name"], "company")
    equal(change["fields"][0]["newValue"], "Acme & Söhne")
    check(change["fields"][0]["oldValue"], "the value before")


def lead_activities():
    activities = client.execute(
        method="get_lead_activities",
        activityTypeIds=[str(CHANGED_VALUE)],
        sinceDatetime=since(),
        leadIds=[BEFORE + FIRST],
    )
    equal([activity["leadId"] for activity in activities], [BEFORE + FIRST])
    equal(activities[0]["primaryAttributeValue"], "Company Name")


def deleted_leads():
    start = since()
    gone = order("people/delete", n=FIRST + 1)
    deleted = client.execute(method="get_deleted_leads", sinceDatetime=start)
    [activity] = [activity for activity in deleted if activity["leadId"] == gone]
    equal(activity["activityTypeId"], DELETED_LEAD)
    found = client.execute(method="get_multiple_leads_by_filter_type", filterType="id", filterValues=[str(gone)])
    equal(found, [])


export = {}


def create_export():
    # Names of columns can be chosen.
    fields = ["id", "email", "company"]
    [job] = client.execute(
        method="create_leads_export_job",
        fields=fields,
        filters={"staticListId": STATIC_LIST},
        format="TSV",
        columnHeaderNames={"id": "Person", "company": "Company"},
    )
    equal(job["status"], "Created")
    export["id"] = job["exportId"]


def enqueue_export():
    [job] = client.execute(method="enqueue_leads_export_job", job_id=export["id"])
    equal(job["status"], "Queued")
    check(any(job["exportId"] == export["id"] for job in client.execute(method="get_leads_export_jobs_list")), "not listed")


def export_status():
    for _ in range(50):
        [job] = client.execute(method="get_leads_export_job_status", job_id=export["id"])
        if job["status"] == "Completed":
            break
        check(job["status"] in ("Queued", "Processing"), job["status"])
        time.sleep(0.1)
    equal(job["status"], "Completed")
    export["job"] = job


def export_file():
    job = export["job"]
    file = client.execute(method="get_leads_export_job_file", job_id=export["id"])
    equal(len(file), job["fileSize"])
    equal(f"sha256:{hashlib.sha256(file).hexdigest()}", job["fileChecksum"])
    headers, *rows = file.decode("utf-8").splitlines()
    equal(headers.split("\t"), ["Person", "email", "Company"])
    equal(len(rows), job["numberOfRecords"])
    check(len(rows) > 0, "an empty file")


def export_file_in_pieces():
    answer = client.execute(method="get_leads_export_job_file", job_id=export["id"], stream=True)
    file = b"".join(answer.iter_content(chunk_size=1000))
    equal(f"sha256:{hashlib.sha256(file).hexdigest()}", export["job"]["fileChecksum"])


def daily_usage():
    [today] = client.execute(method="get_daily_usage")
    check(today["total"] > 0 and today["users"], today)


def weekly_usage():
    days = client.execute(method="get_last_7_days_usage")
    check(1 <= len(days) <= 7 and any(day["total"] > 0 for day in days), days)


def daily_errors():
    [today] = client.execute(method="get_daily_errors")
    check("errors" in today, today)


def weekly_errors():
    days = client.execute(method="get_last_7_days_errors")
    check(1 <= len(days) <= 7 and all("errors" in day for day in days), days)


def no_such_field():
    try:
        client.execute(method="get_lead_changes", fields=["nothing"], sinceDatetime=since())
    except Exception as problem:
        equal(problem.args[0]["code"], "1006")
    else:
        raise AssertionError("a field was accepted that does not exist")


STEPS = {
    "describe": describe,
    "describe2": describe2,
    "get_lead_by_id": lead_by_id,
    "get_lead_by_id with a list of fields": lead_by_id_with_fields,
    "get_multiple_leads_by_filter_type, page by page, by POST": leads_by_filter,
    "get_multiple_leads_by_filter_type with a list of fields": leads_by_filter_with_list,
    "people by POST ?_method=GET": leads_by_query,
    "get_activity_types": activity_types,
    "get_paging_token": paging_token,
    "get_paging_token of a day": paging_token_of_day,
    "get_lead_changes": lead_changes,
    "get_lead_activities": lead_activities,
    "get_deleted_leads": deleted_leads,
    "create_leads_export_job": create_export,
    "enqueue_leads_export_job and get_leads_export_jobs_list": enqueue_export,
    "get_leads_export_job_status": export_status,
    "get_leads_export_job_file": export_file,
    "get_leads_export_job_file as a stream": export_file_in_pieces,
    "get_daily_usage": daily_usage,
    "get_last_7_days_usage": weekly_usage,
    "get_daily_errors": daily_errors,
    "get_last_7_days_errors": weekly_errors,
    "a field that does not exist is named as such": no_such_field,
}

for name, step in STEPS.items():
    problem = None
    try:
        step()
    except Exception as failure:  # Whatever it is, the other steps are still of interest.
        problem = f"{type(failure).__name__}: {failure}"[:1000]
    print(json.dumps({"name": name, "problem": problem}), flush=True)

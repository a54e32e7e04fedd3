"""Reading objects without a search: the list by id, one by its id, up to a hundred by theirs."""

import json
from typing import Any
from urllib.parse import urlencode

import numpy as np

from sandbox.hubspot.call import Call, as_id
from sandbox.hubspot.columns import iso
from sandbox.hubspot.companies import COMPANIES
from sandbox.hubspot.contacts import CONTACTS
from sandbox.hubspot.deals import DEALS
from sandbox.hubspot.errors import invalid, not_found, unknown_object, unreadable
from sandbox.hubspot.schema import ObjectType
from sandbox.hubspot.views import View

MAX_LIMIT = 100
MAX_BATCH = 100

_KINDS = {
    name: kind
    for kind in (CONTACTS, COMPANIES, DEALS)
    for name in (kind.name, kind.singular.lower(), kind.type_id)
}


def kind_of(name: str) -> ObjectType:
    """The object type called so, by name in either number or type id; refuses one that there is not."""
    if name not in _KINDS:
        raise unknown_object(name)
    return _KINDS[name]


def listing(view: View, call: Call) -> dict[str, Any]:
    """GET list: by id, `after` is the last id of the page before."""
    limit, after = call.whole("limit", 10), call.whole("after", 0)
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid(f"limit must be between 1 and {MAX_LIMIT}, got {limit}.")
    if call.first("archived") == "true":
        raise invalid("This pretend HubSpot keeps no archived objects: leave archived out.")
    by_id = np.argsort(view.ids, kind="stable")
    start = int(np.searchsorted(view.ids[by_id], after, side="right"))
    page = by_id[start : start + limit]
    content: dict[str, Any] = {"results": view.objects(page, call.many("properties"))}
    if start + limit < len(by_id):
        last = str(view.ids[page[-1]])
        link = f"{call.host}{call.path}?{urlencode({'limit': limit, 'after': last})}"
        content["paging"] = {"next": {"after": last, "link": link}}
    return content


def one(view: View, object_id: str, call: Call) -> dict[str, Any]:
    """GET by id."""
    found = np.flatnonzero(view.ids == as_id(object_id))
    if not len(found):
        raise not_found(f"resource not found: {view.kind.singular} {object_id}")
    return view.objects(found, call.many("properties"))[0]


def batch(view: View, call: Call) -> tuple[int, dict[str, Any]]:
    """POST batch/read: status 207 with errors when some ids are not there."""
    try:
        asked = json.loads(call.body)
        wanted = [str(each["id"]) for each in asked["inputs"]]
    except (ValueError, KeyError, TypeError):
        raise unreadable('expected {"inputs":[{"id":"…"}],"properties":[…]}') from None
    if len(wanted) > MAX_BATCH:
        raise invalid(f"The maximum number of inputs is {MAX_BATCH}, got {len(wanted)}.")
    numbers = [number for each in wanted if (number := as_id(each)) is not None]
    found = np.flatnonzero(np.isin(view.ids, np.array(numbers, dtype=np.int64)))
    instant = iso(view.at_ms)
    content: dict[str, Any] = {
        "status": "COMPLETE",
        "results": view.objects(found, [str(name) for name in asked.get("properties") or ()]),
        "startedAt": instant,
        "completedAt": instant,
    }
    missing = sorted(set(wanted) - {each["id"] for each in content["results"]})
    if not missing:
        return 200, content
    content["numErrors"] = 1
    content["errors"] = [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": f"Could not get some {view.kind.singular} objects, they may be deleted or "
            "not exist. Check that ids are valid.",
            "context": {"ids": missing},
            "errors": [],
            "links": {},
        }
    ]
    return 207, content

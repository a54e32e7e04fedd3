"""What a portal has besides objects: properties, pipelines, owners and lists."""

import json
from typing import Any

import numpy as np

from sandbox.company.tables import STAGES, Ints
from sandbox.hubspot.call import Call
from sandbox.hubspot.columns import Words
from sandbox.hubspot.contacts import STAGE_LABELS
from sandbox.hubspot.deals import DEAL_STAGE_LABELS
from sandbox.hubspot.errors import invalid, not_found, unreadable
from sandbox.hubspot.schema import CREATED, ObjectType
from sandbox.hubspot.views import View

_SINCE_EVER = "1970-01-01T00:00:00Z"
_CLOSED = {"customer": True, "evangelist": True, "other": True}
_PROBABILITIES = {"closedwon": "1.0", "closedlost": "0.0"}
_OWNERS = (("Maja", "Zielinska"), ("Tom", "Okafor"), ("Lea", "Brandt"))
MAX_LISTS = 500


def properties(kind: ObjectType) -> dict[str, Any]:
    """GET /crm/v3/properties/{object}."""
    return {"results": [each.describe() for each in kind.properties.values()]}


def property_named(kind: ObjectType, name: str) -> dict[str, Any]:
    """GET /crm/v3/properties/{object}/{name}."""
    if name not in kind.properties:
        raise not_found(f'Property "{name}" does not exist.')
    return kind.properties[name].describe()


def pipelines(kind: ObjectType) -> dict[str, Any]:
    """GET /crm/v3/pipelines/{object}: lifecycle stages of contacts, sales stages of deals."""
    if kind.name == "contacts":
        states = {
            stage: {"isClosed": "true", "state": "CLOSED"}
            if _CLOSED.get(stage)
            else {"isClosed": "false", "state": "OPEN"}
            for stage in STAGE_LABELS
        }
        label, pipeline_id, labels = (
            "Lifecycle Stage Pipeline",
            "contacts-lifecycle-pipeline",
            STAGE_LABELS,
        )
    elif kind.name == "deals":
        states = {
            stage: {
                "isClosed": "true" if stage in _PROBABILITIES else "false",
                "probability": _PROBABILITIES.get(stage, f"0.{2 * n + 2}"),
            }
            for n, stage in enumerate(DEAL_STAGE_LABELS)
        }
        label, pipeline_id, labels = "Sales Pipeline", "default", DEAL_STAGE_LABELS
    else:
        raise invalid(f"{kind.singular} has no pipelines.")
    return {"results": [_pipeline(label, pipeline_id, labels, states)]}


def _pipeline(
    label: str, pipeline_id: str, labels: dict[str, str], states: dict[str, dict[str, str]]
) -> dict[str, Any]:
    dates = {"createdAt": _SINCE_EVER, "updatedAt": _SINCE_EVER, "archived": False}
    stages = [
        {
            "label": stage_label,
            "displayOrder": n,
            "metadata": states[stage],
            "id": stage,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            **dates,
        }
        for n, (stage, stage_label) in enumerate(labels.items())
    ]
    return {"label": label, "displayOrder": 0, "id": pipeline_id, "stages": stages, **dates}


def owners(call: Call) -> dict[str, Any]:
    """GET /crm/v3/owners."""
    limit, after = call.whole("limit", 100), call.whole("after", 0)
    everybody = [
        {
            "id": str(9100 + n),
            "email": f"{first.lower()}@company.example",
            "type": "PERSON",
            "firstName": first,
            "lastName": last,
            "userId": 77000 + n,
            "userIdIncludingInactive": 77000 + n,
            "createdAt": CREATED,
            "updatedAt": CREATED,
            "archived": False,
        }
        for n, (first, last) in enumerate(_OWNERS, start=1)
    ]
    left = [owner for owner in everybody if int(str(owner["id"])) > after]
    content: dict[str, Any] = {"results": left[:limit]}
    if len(left) > limit:
        content["paging"] = {"next": {"after": left[limit - 1]["id"]}}
    return content


def lists(contacts: View, call: Call) -> dict[str, Any]:
    """POST /crm/v3/lists/search: one list a lifecycle stage, sized as of now, and all contacts."""
    try:
        asked = json.loads(call.body or "{}")
    except json.JSONDecodeError as problem:
        raise unreadable(problem.msg, problem.colno) from None
    count, offset = int(asked.get("count") or 20), int(asked.get("offset") or 0)
    if not 1 <= count <= MAX_LISTS:
        raise invalid(f"count must be between 1 and {MAX_LISTS}, got {count}.")
    wanted = {str(each) for each in asked.get("listIds") or ()}
    found = [
        each
        for each in _all_lists(contacts)
        if (not wanted or each["listId"] in wanted)
        and str(asked.get("query") or "").lower() in each["name"].lower()
    ]
    page = found[offset : offset + count]
    following = offset + len(page)
    return {
        "offset": following,
        "hasMore": following < len(found),
        "lists": page,
        "total": len(found),
    }


def _all_lists(contacts: View) -> list[dict[str, Any]]:
    sizes = _stage_sizes(contacts)
    named = [("All contacts", len(contacts.ids))]
    named += [
        (f"Stage: {STAGE_LABELS[stage]}", int(n)) for stage, n in zip(STAGES, sizes, strict=True)
    ]
    return [
        {
            "listId": str(n),
            "listVersion": 1,
            "createdAt": CREATED,
            "updatedAt": CREATED,
            "filtersUpdatedAt": CREATED,
            "processingStatus": "COMPLETE",
            "createdById": "77001",
            "updatedById": "77001",
            "processingType": "DYNAMIC",
            "objectTypeId": contacts.kind.type_id,
            "name": name,
            "additionalProperties": {
                "hs_list_size": str(size),
                "hs_list_reference_count": "0",
                "hs_last_record_added_at": str(contacts.at_ms),
            },
        }
        for n, (name, size) in enumerate(named, start=1)
    ]


def _stage_sizes(contacts: View) -> Ints:
    column = contacts.column("lifecyclestage")
    if not isinstance(column, Words):
        raise TypeError("lifecyclestage is an enumeration")
    return np.bincount(column.codes[column.present], minlength=len(STAGES))

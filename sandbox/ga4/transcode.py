"""JSON to protobuf and back, with the gateway's refusals and omissions."""

import json
from typing import Any

from google.protobuf import json_format

from sandbox.ga4.errors import ApiError, invalid
from sandbox.ga4.messages import Message

_UNREADABLE = "Invalid JSON payload received."


def read_json(body: bytes, request: Message) -> Message:
    """Fill a request from a JSON body; an empty body is an empty request.

    Enums may be names or integers, int64 numbers or strings.

    Raises:
        ApiError: 400 for text that is no JSON object, unknown keys and values that do not fit.
    """
    try:
        payload = json.loads(body or b"{}")
    except ValueError as error:
        raise invalid(f"{_UNREADABLE} {error}") from error
    if not isinstance(payload, dict):
        raise _refusal([f'{_UNREADABLE} Unknown name "": Root element must be a message.'])
    if violations := _violations(payload, request.DESCRIPTOR, ""):
        raise _refusal(violations)
    try:
        return json_format.ParseDict(payload, request)
    except json_format.ParseError as error:
        raise invalid(f"{_UNREADABLE} {error}") from error


def write_json(reply: Message, *, enums_as_integers: bool) -> bytes:
    """The reply as the gateway writes it: what was never set is omitted."""
    return _encoded(json_format.MessageToDict(reply, use_integers_for_enums=enums_as_integers))


def write_error(error: ApiError) -> bytes:
    """The error envelope; refusals of the gateway itself carry their violations."""
    body: dict[str, Any] = {
        "code": error.http,
        "message": error.message,
        "status": error.status,
    }
    if error.violations:
        body["details"] = [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{"description": each} for each in error.violations],
            }
        ]
    return _encoded({"error": body})


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _refusal(violations: list[str]) -> ApiError:
    return ApiError(400, "\n".join(violations), tuple(violations))


def _violations(payload: dict[str, Any], descriptor: Message, at: str) -> list[str]:
    """Unknown names and enum values, with the proto path of the place ('date_ranges[0]')."""
    found = []
    by_name = {field.json_name: field for field in descriptor.fields}
    by_name |= descriptor.fields_by_name
    for name, value in payload.items():
        field = by_name.get(name)
        if field is None:
            place = f" at '{at}'" if at else ""
            found.append(f'{_UNREADABLE} Unknown name "{name}"{place}: Cannot find field.')
            continue
        path = f"{at}.{field.name}" if at else field.name
        if isinstance(value, list):
            for index, each in enumerate(value):
                found += _value_violations(each, field, f"{path}[{index}]")
        else:
            found += _value_violations(value, field, path)
    return found


def _value_violations(value: Any, field: Message, path: str) -> list[str]:
    if field.message_type and isinstance(value, dict):
        return _violations(value, field.message_type, path)
    if field.enum_type and isinstance(value, str) and value not in field.enum_type.values_by_name:
        kind = f"type.googleapis.com/{field.enum_type.full_name}"
        return [f"Invalid value at '{path}' ({kind}), \"{value}\""]
    return []

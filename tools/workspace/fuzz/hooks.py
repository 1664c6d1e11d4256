"""Changes to requests that schemathesis does not make by itself."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Uses a new key for each request, as clients do: a key that is used twice is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and key.isascii() and key.isprintable() and 0 < len(key) <= 255:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())

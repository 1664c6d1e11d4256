"""What schemathesis does not do by itself."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key that is new for each request, as clients make them: used twice it is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and key.isascii() and key.isprintable() and 0 < len(key) <= 255:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())

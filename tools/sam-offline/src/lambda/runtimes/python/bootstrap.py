"""The Python runtime of an execution environment. It loads the handler and serves invocations of the
Lambda Runtime API until sam-offline closes the connection. It only uses the standard library.

Handlers see the same as with AWS's runtime interface client.
"""

import http.client
import importlib
import json
import logging
import os
import re
import sys
import time
import traceback

# sam-offline's folder may not be writable, so no bytecode is written there.
writes_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
from local_aws_hosts import keep_aws_hosts_local
from local_child_processes import keep_children_local

sys.dont_write_bytecode = writes_no_bytecode

BASE = "/2018-06-01/runtime"
JSON_HEADERS = {"Content-Type": "application/json"}
# An entry has to be one line. sam-offline converts the carriage returns back to line feeds.
LINE_END_WITHIN_ENTRY = "\r"
# Log viewers remove ordinary indentation.
NO_BREAK_SPACE = "\u00a0"

current_request_id = None


class RuntimeFault(Exception):
    """An error of the runtime, not of the handler's code."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


class LambdaContext:
    """The second argument of a handler."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.client_context = _client_context(headers.get("Lambda-Runtime-Client-Context"))
        self.identity = CognitoIdentity()
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        return f"LambdaContext([aws_request_id={self.aws_request_id}])"


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Fields:
    """Attributes from a JSON object. Missing attributes are None."""

    def __init__(self, names, values):
        for name in names:
            setattr(self, name, values.get(name))


def _client_context(header):
    if not header:
        return None
    values = json.loads(header)
    context = Fields(("custom", "env", "client"), values)
    if context.client is not None:
        names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
        context.client = Fields(names, context.client)
    return context


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = current_request_id or ""
        return True


class EntryHandler(logging.Handler):
    """Writes each log record as one line to standard output."""

    def emit(self, record):
        sys.stdout.write(self.format(record).replace("\n", LINE_END_WITHIN_ENTRY) + "\n")
        sys.stdout.flush()


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object, for `LogFormat: JSON`."""

    def format(self, record):
        kind, error, trace = record.exc_info or (None, None, None)
        entry = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(trace) if trace else None,
            "errorType": kind.__name__ if kind else None,
            "errorMessage": str(error) if error else None,
            "requestId": record.aws_request_id or None,
        }
        return json.dumps({name: value for name, value in entry.items() if value is not None}, ensure_ascii=False, default=str)


# Python has other names for these levels.
LEVELS = {"TRACE": "NOTSET", "FATAL": "CRITICAL"}


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = EntryHandler()
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        handler.setFormatter(JsonFormatter())
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
        logging.getLogger().setLevel(LEVELS.get(level, level) or "INFO")
    else:
        handler.setFormatter(
            logging.Formatter(
                "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
                "%Y-%m-%dT%H:%M:%S",
            )
        )
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise RuntimeFault(
                "Runtime.BuiltInModuleConflict",
                f"Cannot use built-in module {module_name} as a handler module",
            )
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise RuntimeFault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace)
    handler = getattr(module, function_name, None)
    if handler is None:
        raise RuntimeFault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return handler


def error_report(error, request_id=""):
    if isinstance(error, RuntimeFault):
        error_type, trace = error.error_type, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [index for index, frame in enumerate(frames) if frame.filename != __file__]
        error_type = type(error).__name__
        trace = traceback.format_list(frames[own[0] :] if own else frames)
    return {
        "errorMessage": str(error),
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }


def log_error(report):
    lines = [f"[ERROR] {report['errorType']}: {report['errorMessage']}", "Traceback (most recent call last):"]
    for element in report["stackTrace"]:
        for line in element.splitlines():
            text = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(text)) + text)
    sys.stdout.write(LINE_END_WITHIN_ENTRY.join(lines) + "\n")
    sys.stdout.flush()


class RuntimeClient:
    """A client of the Lambda Runtime API over one keep-alive connection."""

    def __init__(self, address):
        self._connection = http.client.HTTPConnection(address)

    def next(self):
        # sam-offline freezes this process while it waits, unless a debugger is attached.
        headers = {"Sam-Offline-Leftover": "no"} if "debugpy" in sys.modules or "pydevd" in sys.modules else {}
        return self._request("GET", f"{BASE}/invocation/next", None, headers)

    def respond(self, request_id, body):
        self._request("POST", f"{BASE}/invocation/{request_id}/response", body, JSON_HEADERS)

    def respond_with_error(self, request_id, report):
        self._error(f"{BASE}/invocation/{request_id}/error", report)

    def init_error(self, report):
        self._error(f"{BASE}/init/error", report)

    def _error(self, path, report):
        error_type = re.sub(r"[^\x20-\x7e]", "?", report["errorType"])
        headers = {**JSON_HEADERS, "Lambda-Runtime-Function-Error-Type": error_type}
        self._request("POST", path, to_json(report), headers)

    def _request(self, method, path, body=None, headers=None):
        try:
            self._connection.request(method, path, body, headers or {})
            response = self._connection.getresponse()
            return response.headers, response.read()
        except (OSError, http.client.HTTPException):
            # sam-offline has closed this environment, or has ended.
            sys.exit(0)


def to_json(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def serve(handler, client):
    global current_request_id
    while True:
        headers, body = client.next()
        current_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        if "Lambda-Runtime-Trace-Id" in headers:
            os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            result = marshal(handler(json.loads(body), LambdaContext(headers)))
        except Exception as error:  # An exception of a handler is the result of its invocation.
            report = error_report(error, current_request_id)
            log_error(report)
            client.respond_with_error(current_request_id, report)
        else:
            client.respond(current_request_id, result)


def marshal(result):
    try:
        return to_json(result)
    except Exception as error:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {error}")


def main():
    sys.stdout.reconfigure(line_buffering=True)
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    set_up_logging()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    keep_aws_hosts_local(endpoint)
    for_children = os.environ.pop("_SAM_OFFLINE_CHILDREN", None)
    if for_children is not None:
        keep_children_local({**json.loads(for_children), **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})})
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        report = error_report(error)
        log_error(report)
        client.init_error(report)
        sys.exit(1)
    serve(handler, client)


if __name__ == "__main__":
    # A function's modules must not be searched in sam-offline's folder.
    sys.path.pop(0)
    main()

"""Checks the AWS commands in Markdown files against AWS's own models: the service, the operation, its options.

    python check_aws_commands.py FILE …

botocore has the models, which the AWS CLI makes its commands of. What the CLI has beside them, such as
`aws cloudformation deploy`, is listed here.
"""

import re
import shlex
import sys

import botocore.session
from botocore import xform_name

GLOBAL = {"--output", "--query", "--region", "--endpoint-url", "--profile", "--no-cli-pager"}
# Of paginated operations: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html
PAGINATION = {"--max-items", "--page-size", "--starting-token", "--no-paginate"}
CUSTOM = {
    ("cloudformation", "deploy"): {
        "--template-file",
        "--stack-name",
        "--capabilities",
        "--parameter-overrides",
        "--tags",
    },
    # Paths by themselves, in the place of a whole batch:
    # https://docs.aws.amazon.com/cli/latest/reference/cloudfront/create-invalidation.html
    ("cloudfront", "create-invalidation"): {
        "--distribution-id",
        "--paths",
        "--invalidation-batch",
    },
}

session = botocore.session.get_session()


def commands_in(text):
    """The lines that start with `aws `, in blocks and in backticks, with what is continued."""
    joined = text.replace("\\\n", " ")
    for number, line in enumerate(joined.split("\n"), 1):
        line = line.strip()
        if line.startswith("aws "):
            yield number, line
        for inline in re.findall(r"`(aws [^`]*)`", line):
            # What is only named.
            if "\u2026" not in inline and len(inline.split()) > 3:
                yield number, inline


def faults_of(command):
    # A placeholder is one word, and quotes inside of JSON stay as they are.
    words = shlex.split(re.sub(r"<[^>]*>", "PLACEHOLDER", command), comments=True)
    _, *words = words[: words.index("|")] if "|" in words else words
    while words and words[0].startswith("--"):
        words = words[2:]
    service, operation, *rest = words
    options = {word.split("=")[0] for word in rest if word.startswith("--")}
    known = CUSTOM.get((service, operation))
    if known is not None:
        return [f"{service} {operation} has no {o}" for o in sorted(options - known - GLOBAL)]
    if service not in session.get_available_services():
        return [f"there is no service {service}"]
    model = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return [f"{service} has no operation {operation}"]
    shape = model.operation_model(names[operation]).input_shape
    members = {} if shape is None else shape.members
    accepted = {"--" + xform_name(name, "-") for name in members}
    required = {"--" + xform_name(name, "-") for name in (shape.required_members if shape else [])}
    return [
        *(f"{operation} has no {o}" for o in sorted(options - accepted - GLOBAL - PAGINATION)),
        *(f"{operation} needs {o}" for o in sorted(required - options)),
    ]


def main():
    count = 0
    faults = []
    for file in sys.argv[1:]:
        with open(file, encoding="utf-8") as handle:
            for number, command in commands_in(handle.read()):
                count += 1
                faults += [f"{file}: {command}: {fault}" for fault in faults_of(command)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{count} AWS commands in {len(sys.argv) - 1} documents, {len(faults)} faults")
    sys.exit(1 if faults or count == 0 else 0)


main()

"""Gives the programs that a function starts the variables by which they use sam-offline's proxy, which
keeps their calls to AWS's hosts on this machine. The function's own `os.environ` stays as on AWS.

runtimes/nodejs/child-processes.mjs does the same for Node.js.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

# These variables are lists, so a value of the function is added and does not replace ours.
LISTS = ("JAVA_TOOL_OPTIONS", "NODE_OPTIONS")


def keep_children_local(added):
    """`added` has the variables. The file of certificates in them exists when the proxy has started."""
    has_started = False

    def with_added(env):
        """Adds what `env` does not have in any case, since programs read `https_proxy` and `HTTPS_PROXY`."""
        nonlocal has_started
        if not has_started:
            wait_for_proxy(added)
            has_started = True
        result = dict(env)
        known = {os.fsdecode(name).upper(): name for name in result}
        for name, value in added.items():
            if name.upper() not in known:
                result[name] = value
            elif name in LISTS:
                given = os.fsdecode(result[known[name]])
                if value not in given:
                    result[known[name]] = f"{value} {given}"
        return result

    def pairs_with_added(pairs):
        given = os.environb if pairs is None else dict(os.fsencode(pair).split(b"=", 1) for pair in pairs)
        return [os.fsencode(name) + b"=" + os.fsencode(value) for name, value in with_added(given).items()]

    patch_fork_exec(pairs_with_added)
    execve = os.execve
    os.execve = lambda path, argv, env: execve(path, argv, with_added(env))
    os.execv = lambda path, argv: execve(path, argv, with_added(os.environ))
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            setattr(os, name, local_spawn(getattr(os, name), with_added))
    os.system = system


def patch_fork_exec(pairs_with_added):
    """All of subprocess, asyncio and multiprocessing start programs by this function. It is replaced before subprocess
    is imported, which many functions never do."""
    try:
        import _posixsubprocess
    except ImportError:
        return
    fork_exec = _posixsubprocess.fork_exec

    def local_fork_exec(args, executables, close_fds, pass_fds, cwd, env, *others):
        return fork_exec(args, executables, close_fds, pass_fds, cwd, pairs_with_added(env), *others)

    _posixsubprocess.fork_exec = local_fork_exec
    subprocess = sys.modules.get("subprocess")
    if hasattr(subprocess, "_fork_exec"):
        subprocess._fork_exec = local_fork_exec


def local_spawn(spawn, with_added):
    def local(path, argv, env, *args, **kwargs):
        return spawn(path, argv, with_added(os.environ if env is None else env), *args, **kwargs)

    return local


def system(command):
    """Does what os.system does, which gives its shell the variables of this process."""
    import subprocess

    status = subprocess.call(command, shell=True, close_fds=False)
    return -status if status < 0 else status << 8


def wait_for_proxy(variables):
    """The proxy's port is open before it starts. It starts with its first request."""
    if os.path.exists(variables["SSL_CERT_FILE"]):
        return
    connection = http.client.HTTPConnection(urlsplit(variables["HTTPS_PROXY"]).netloc)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    finally:
        connection.close()

"""Keeps requests to AWS's hosts on this machine. A connection of any client to `*.amazonaws.com` or `*.on.aws`
becomes a plain connection to the local AWS endpoint. So a handler that makes
`https://{domainName}/{stage}` from its event works without changes.

runtimes/nodejs/local-aws-hosts.mjs does the same for Node.js.
"""

import re
import socket
import ssl
from urllib.parse import urlsplit

AWS_HOST = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|on\.aws|api\.aws)\.?$", re.IGNORECASE)


def keep_aws_hosts_local(endpoint):
    """`endpoint` is the local AWS endpoint's URL, or None."""
    url = urlsplit(endpoint or "")
    getaddrinfo = socket.getaddrinfo
    wrap_socket = ssl.SSLContext.wrap_socket
    wrap_bio = ssl.SSLContext.wrap_bio

    # All clients, including asyncio, call it for the addresses of a host before they connect.
    def local_getaddrinfo(host, port, *args, **kwargs):
        if not is_aws_host(host):
            return getaddrinfo(host, port, *args, **kwargs)
        if url.hostname is None:
            raise socket.gaierror(
                socket.EAI_NONAME,
                f"{host}: sam-offline keeps AWS's hosts on this machine, and AWS_ENDPOINT_URL is not set",
            )
        return getaddrinfo(url.hostname, url.port or 80, *args, **kwargs)

    def local_wrap_socket(self, sock, *args, **kwargs):
        server_hostname = kwargs.get("server_hostname")
        if not is_aws_host(server_hostname):
            return wrap_socket(self, sock, *args, **kwargs)
        return PlainSocket(sock, server_hostname, self)

    def local_wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
        if not is_aws_host(server_hostname):
            return wrap_bio(self, incoming, outgoing, server_side, server_hostname, session)
        return PlainObject(incoming, outgoing, server_hostname, self)

    socket.getaddrinfo = local_getaddrinfo
    ssl.SSLContext.wrap_socket = local_wrap_socket
    ssl.SSLContext.wrap_bio = local_wrap_bio


def is_aws_host(host):
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return isinstance(host, str) and AWS_HOST.search(host) is not None


class LooksLikeTls:
    """The values that clients read from a connection after a successful handshake."""

    session_reused = False
    session = None
    server_side = False

    def getpeercert(self, binary_form=False):
        if binary_form:
            return b""
        name = self.server_hostname
        return {"subject": ((("commonName", name),),), "subjectAltName": (("DNS", name),)}

    def version(self):
        return "TLSv1.3"

    def cipher(self):
        return ("none", "TLSv1.3", 0)

    def compression(self):
        return None

    def selected_alpn_protocol(self):
        return None

    def pending(self):
        return 0

    def do_handshake(self, *args):
        pass


class PlainSocket(LooksLikeTls, socket.socket):
    """Wraps a connected socket."""

    def __init__(self, sock, server_hostname, context):
        timeout = sock.gettimeout()
        super().__init__(family=sock.family, type=sock.type, proto=sock.proto, fileno=sock.detach())
        self.settimeout(timeout)
        self.server_hostname = server_hostname
        self.context = context

    def read(self, length=1024, buffer=None):
        return self.recv(length) if buffer is None else self.recv_into(buffer, length)

    def write(self, data):
        return self.send(data)

    def unwrap(self):
        return self


class PlainObject(LooksLikeTls):
    """Does the same with the two buffers of asyncio."""

    def __init__(self, incoming, outgoing, server_hostname, context):
        self._incoming = incoming
        self._outgoing = outgoing
        self.server_hostname = server_hostname
        self.context = context

    def read(self, length=1024, buffer=None):
        data = self._incoming.read(length)
        if not data and not self._incoming.eof:
            raise ssl.SSLWantReadError()
        if buffer is None:
            return data
        buffer[: len(data)] = data
        return len(data)

    def write(self, data):
        return self._outgoing.write(data)

    def pending(self):
        return self._incoming.pending

    def unwrap(self):
        pass

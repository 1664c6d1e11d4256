/**
 * Keeps requests to AWS's hosts on this machine. A connection of any client to `*.amazonaws.com` or
 * `*.on.aws` becomes a plain connection to the local AWS endpoint. So a handler that makes
 * `https://<api id>.execute-api.<region>.amazonaws.com/<stage>` from its event works without
 * changes.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { beforeFirstUse } from './first-use.mjs';

const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|on\.aws|api\.aws)$/i;
/** The modules that load node:tls. */
const LOADS_TLS = /^(node:)?(tls|https|http2)$/;

/** @param {string | undefined} endpoint the local AWS endpoint's URL */
export function keepAwsHostsLocal(endpoint) {
  const local = endpoint === undefined ? undefined : new URL(endpoint);
  const target = { host: local?.hostname, port: Number(local?.port || 80) };

  const patchTls = beforeFirstUse(LOADS_TLS, () => {
    // node:https, node:http2 and undici (also Node.js's own, which fetch uses) call `connect`
    // through the module.
    const tls = createRequire(import.meta.url)('node:tls');
    const connectTls = tls.connect;
    tls.connect = function connect(...args) {
      const { options, listener } = tlsArguments(args);
      const host = options.servername || options.host;
      return isAwsHost(options.host) || isAwsHost(host)
        ? plainConnection(host, target, options, listener)
        : connectTls.apply(this, args);
    };
    syncBuiltinESMExports();
  });
  // fetch, WebSocket and EventSource use Node.js's own undici, which reports that it will connect.
  subscribe('undici:client:beforeConnect', patchTls);

  // All plain connections call this function, such as those for http:// URLs.
  const connectSocket = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connect(...args) {
    const { options, listener } = socketArguments(args);
    if (!isAwsHost(options.host)) return connectSocket.apply(this, args);
    if (local === undefined) return refuse(this, options.host);
    return connectSocket.call(this, { ...options, ...target }, listener);
  };
}

function isAwsHost(host) {
  return typeof host === 'string' && AWS_HOST.test(host);
}

/**
 * Reads the arguments of `connect(options, listener)` and `connect(port, host, listener)`. net
 * itself calls it with a list.
 */
function socketArguments(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    return { options: first, listener: typeof second === 'function' ? second : undefined };
  }
  return {
    options: { port: first, host: second },
    listener: args.find((arg) => typeof arg === 'function'),
  };
}

/**
 * Reads the arguments of `connect(options, listener)`, `connect(port, host, options, listener)` and
 * the forms with fewer arguments.
 */
function tlsArguments(args) {
  const listener = typeof args.at(-1) === 'function' ? args.at(-1) : undefined;
  const options = {};
  if (typeof args[0] === 'number' || typeof args[0] === 'string') options.port = Number(args[0]);
  for (const arg of args) {
    if (typeof arg === 'string' && options.host === undefined) options.host = arg;
    else if (typeof arg === 'object' && arg !== null) Object.assign(options, arg);
  }
  return { options, listener };
}

/** Makes a plain socket that looks like a TLS socket after a successful handshake. */
function plainConnection(servername, target, options, listener) {
  const socket = new net.Socket({ signal: options.signal, allowHalfOpen: options.allowHalfOpen });
  Object.assign(socket, {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    secureConnecting: true,
    alpnProtocol: false,
    servername,
    getProtocol: () => 'TLSv1.3',
    getCipher: () => ({ name: 'none', standardName: 'none', version: 'TLSv1.3' }),
    getPeerCertificate: () => ({}),
    getSession: () => undefined,
    isSessionReused: () => false,
    setServername: () => undefined,
  });
  if (listener !== undefined) socket.once('secureConnect', listener);
  socket.once('connect', () => {
    socket.secureConnecting = false;
    socket.emit('secure');
    socket.emit('secureConnect');
  });
  if (target.host === undefined) return refuse(socket, servername);
  return socket.connect(target);
}

/**
 * Refuses the connection, because there is no local AWS endpoint and the real host must not be
 * called.
 */
function refuse(socket, host) {
  const error = new Error(
    `connect to ${host} refused: sam-offline keeps AWS's hosts on this machine, and AWS_ENDPOINT_URL is not set`,
  );
  error.code = 'ECONNREFUSED';
  return socket.destroy(error);
}

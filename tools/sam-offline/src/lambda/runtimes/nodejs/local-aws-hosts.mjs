/**
 * Keeps AWS's hosts on this machine: a connection to `*.amazonaws.com` or `*.on.aws` becomes one to
 * the local AWS endpoint, in plain text, whichever client opens it. A handler that builds
 * `https://<api id>.execute-api.<region>.amazonaws.com/<stage>` out of its event works unchanged.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|on\.aws|api\.aws)$/i;
/** The modules by which a function comes to node:tls. */
const LOADS_TLS = /^(node:)?(tls|https|http2)$/;

/** @param {string | undefined} endpoint the local AWS endpoint's URL */
export function keepAwsHostsLocal(endpoint) {
  const local = endpoint === undefined ? undefined : new URL(endpoint);
  const target = { host: local?.hostname, port: Number(local?.port || 80) };

  beforeFirstUseOfTls(() => {
    // node:https, undici (Node's own too, behind fetch) and node:http2 all call it through the module.
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

  // http:// to such a host: every plain connection ends up here.
  const connectSocket = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connect(...args) {
    const { options, listener } = socketArguments(args);
    if (!isAwsHost(options.host)) return connectSocket.apply(this, args);
    if (local === undefined) return refuse(this, options.host);
    return connectSocket.call(this, { ...options, ...target }, listener);
  };
}

/** Loading node:tls is a third of what the bootstrap costs, and many functions never use it. */
function beforeFirstUseOfTls(patch) {
  let patched = false;
  const patchOnce = () => {
    if (patched) return;
    patched = true;
    patch();
  };
  const patchFor = (specifier) => {
    if (LOADS_TLS.test(specifier)) patchOnce();
  };
  registerHooks({
    resolve(specifier, context, nextResolve) {
      patchFor(specifier);
      return nextResolve(specifier, context);
    },
  });
  const { getBuiltinModule } = process;
  process.getBuiltinModule = (id) => {
    patchFor(id);
    return getBuiltinModule(id);
  };
  // fetch, WebSocket and EventSource: Node's own undici says when it is about to connect.
  subscribe('undici:client:beforeConnect', patchOnce);
}

function isAwsHost(host) {
  return typeof host === 'string' && AWS_HOST.test(host);
}

/** `connect(options, listener)`, `connect(port, host, listener)`; net itself calls it with a list. */
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

/** `connect(options, listener)`, `connect(port, host, options, listener)` and what lies between. */
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

/** A plain socket that looks like a TLS one whose handshake went well. */
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

/** Refuses the connection: there is no local AWS endpoint, and the real host must not be called. */
function refuse(socket, host) {
  const error = new Error(
    `connect to ${host} refused: sam-offline keeps AWS's hosts on this machine, and AWS_ENDPOINT_URL is not set`,
  );
  error.code = 'ECONNREFUSED';
  return socket.destroy(error);
}

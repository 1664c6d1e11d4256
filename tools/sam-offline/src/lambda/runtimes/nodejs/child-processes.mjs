/**
 * Keeps the calls of a function's child processes and worker threads to AWS's hosts on this
 * machine. Child processes get the variables by which programs use sam-offline's proxy; the
 * function's own `process.env` stays as on AWS. Worker threads, and child processes of Node.js,
 * load `preload.cjs`, which does for them what the bootstrap does for the function.
 */
import { existsSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const PRELOAD = join(import.meta.dirname, 'preload.cjs');
/** The name of what `preload.cjs` needs, in the environment data of worker threads. */
export const WORKER_DATA = 'sam-offline';
/** These variables are lists, so a value of the function is added and does not replace ours. */
const LISTS = ['NODE_OPTIONS', 'JAVA_TOOL_OPTIONS'];

const require = createRequire(import.meta.url);

/**
 * It has to be called before the function's code loads node:child_process or node:worker_threads.
 *
 * @param {object} local
 * @param {string | undefined} local.endpoint the local AWS endpoint's URL
 * @param {Record<string, string> | undefined} local.proxyVariables the variables for a program
 * whose clients use the proxy; the file of certificates in them exists when the proxy has started
 * @param {ReturnType<import('./module-fallback.mjs').runtimePackages>} local.packages
 */
export function keepChildrenLocal(local) {
  const { endpoint, proxyVariables, packages } = local;
  patchWorkers(local);
  if (proxyVariables === undefined) return;
  const added = {
    ...proxyVariables,
    AWS_ENDPOINT_URL: endpoint,
    _SAM_OFFLINE_OPT: packages?.optDirectory,
    _SAM_OFFLINE_WORKSPACE: packages?.workspace,
  };
  patchChildProcesses(added);
}

function patchChildProcesses(added) {
  const childProcess = require('node:child_process');
  const { ChildProcess, spawnSync } = childProcess;
  const waitForProxy = proxyWaiter(added, spawnSync);

  // spawn, exec, execFile and fork call it.
  const { spawn } = ChildProcess.prototype;
  ChildProcess.prototype.spawn = function (options) {
    if (!Array.isArray(options?.envPairs)) return spawn.call(this, options);
    waitForProxy();
    const given = Object.fromEntries(options.envPairs.map((pair) => splitPair(pair)));
    const envPairs = Object.entries(withAdded(given, added)).map((pair) => pair.join('='));
    return spawn.call(this, { ...options, envPairs });
  };

  const local = (options) => {
    if (options !== undefined && (typeof options !== 'object' || options === null)) return options;
    waitForProxy();
    return { ...options, env: withAdded(options?.env ?? process.env, added) };
  };
  for (const name of ['spawnSync', 'execFileSync']) {
    const original = childProcess[name];
    childProcess[name] = function (file, args, options) {
      return args === undefined || args === null || Array.isArray(args)
        ? original.call(this, file, args ?? [], local(options))
        : original.call(this, file, local(args));
    };
  }
  const { execSync } = childProcess;
  childProcess.execSync = function (command, options) {
    return execSync.call(this, command, local(options));
  };
  syncBuiltinESMExports();
}

/**
 * Makes a function that waits until the proxy has started. Its port is open before, and it starts
 * with its first connection. A synchronous connection needs a process of its own, which is started
 * for the first child of a run only.
 */
function proxyWaiter({ HTTPS_PROXY, SSL_CERT_FILE }, spawnSync) {
  let hasStarted = false;
  return () => {
    if (hasStarted) return;
    if (!existsSync(SSL_CERT_FILE)) {
      const connect = 'require("http").get(process.argv[1], (got) => got.resume())';
      spawnSync(process.execPath, ['-e', connect, HTTPS_PROXY], { env: {}, stdio: 'ignore' });
    }
    hasStarted = true;
  };
}

/** Adds variables that the given ones do not have in any case: `https_proxy` is `HTTPS_PROXY`. */
function withAdded(given, added) {
  const result = { ...given };
  const known = new Set();
  for (const name in given) if (given[name] !== undefined) known.add(name.toUpperCase());
  for (const [name, value] of Object.entries(added)) {
    if (value === undefined) continue;
    if (!known.has(name.toUpperCase())) result[name] = value;
    else if (LISTS.includes(name) && !String(given[name]).includes(value)) {
      result[name] = `${value} ${given[name]}`;
    }
  }
  return result;
}

function splitPair(pair) {
  // On Windows, there are names that begin with "=".
  const at = pair.indexOf('=', 1);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function patchWorkers(data) {
  const workerThreads = require('node:worker_threads');
  workerThreads.setEnvironmentData(WORKER_DATA, data);
  workerThreads.Worker = class Worker extends workerThreads.Worker {
    constructor(filename, options) {
      super(filename, {
        ...options,
        execArgv: ['--require', PRELOAD, ...(options?.execArgv ?? [])],
      });
    }
  };
  syncBuiltinESMExports();
}

/**
 * Does what the bootstrap does for a function, in its worker threads and in programs that are
 * Node.js: it keeps calls to AWS's hosts on this machine, and finds the packages of Lambda's runtime.
 * Versions of Node.js without `registerHooks` use the proxy only, with clients that do.
 */
const { registerHooks } = require('module');

if (registerHooks !== undefined) {
  const { getEnvironmentData, isMainThread } = require('worker_threads');
  const { keepAwsHostsLocal } = require('./local-aws-hosts.mjs');
  const { keepChildrenLocal, WORKER_DATA } = require('./child-processes.mjs');
  const { resolveFromRuntime, runtimePackages } = require('./module-fallback.mjs');
  const { endpoint, proxyVariables, packages } = isMainThread
    ? { endpoint: process.env.AWS_ENDPOINT_URL, packages: runtimePackages(process.env) }
    : getEnvironmentData(WORKER_DATA);
  keepAwsHostsLocal(endpoint);
  if (packages !== undefined) resolveFromRuntime(packages);
  keepChildrenLocal({ endpoint, proxyVariables, packages });
}

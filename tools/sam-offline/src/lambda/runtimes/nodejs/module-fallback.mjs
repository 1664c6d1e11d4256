/**
 * Resolves the packages that Lambda's Node.js runtime provides: those of layers, and the AWS SDK.
 * They are only used if the function's own node_modules does not have them.
 */
import { createRequire, registerHooks } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The packages of AWS's runtimes: version 3 of the SDK since Node.js 18, version 2 before
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html). Here they come from the folder
 * in which sam-offline was started, or from sam-offline's own installation, which has the most
 * common clients.
 */
const SDK_3 = /^@(aws-sdk|smithy|aws-crypto)\//;
const SDK_2 = /^aws-sdk(\/|$)/;
const SDK_3_FROM = 18;
/** Matches a package's name, with or without a scope, but not a path or a URL. */
const BARE_SPECIFIER = /^(@[\w.-]+\/)?[\w-][^:]*$/;

/** Matches the folder of the layers on AWS, which code may use in paths of modules. */
const OPT = /^(?:file:\/\/)?\/opt(?=\/)/;

/**
 * Reads where the packages are from environment variables.
 *
 * - `nodePath`: the value of `NODE_PATH`, which Node.js ignores for ES modules
 * - `optDirectory`: the local folder for `/opt`
 * - `workspace`: the folder in which sam-offline was started
 * - `runtimeVersion`: the major version, 22 for `nodejs22.x`
 *
 * It is undefined for a program that is not started by a function of a Node.js runtime.
 */
export function runtimePackages({
  AWS_EXECUTION_ENV,
  NODE_PATH: nodePath,
  _SAM_OFFLINE_OPT: optDirectory,
  _SAM_OFFLINE_WORKSPACE: workspace,
}) {
  const version = /nodejs(\d+)/.exec(AWS_EXECUTION_ENV ?? '')?.[1];
  if (version === undefined) return undefined;
  return { nodePath, optDirectory, workspace, runtimeVersion: Number(version) };
}

/** @param {NonNullable<ReturnType<typeof runtimePackages>>} packages */
export function resolveFromRuntime({ nodePath, optDirectory, workspace, runtimeVersion }) {
  const hasSdk3 = runtimeVersion >= SDK_3_FROM;
  const ofRuntime = hasSdk3 ? SDK_3 : SDK_2;
  const runtime = [
    ...(workspace === undefined ? [] : [pathToFileURL(join(workspace, 'workspace.js')).href]),
    import.meta.url,
  ];
  const layers = (nodePath ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => pathToFileURL(join(folder, '..', 'layer.js')).href);
  const own = new Set([...layers, ...runtime]);

  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (optDirectory !== undefined && OPT.test(specifier)) {
          return nextResolve(inOpt(specifier, optDirectory, context), context);
        }
        // The createRequire() below calls this hook too.
        const isOwnLookup = context.parentURL !== undefined && own.has(context.parentURL);
        if (isOwnLookup || !BARE_SPECIFIER.test(specifier)) throw error;
        const parents = ofRuntime.test(specifier) ? [...layers, ...runtime] : layers;
        for (const parentURL of parents) {
          const found = resolveFrom(parentURL, specifier, context, nextResolve);
          if (found !== undefined) return found;
        }
        const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
        if (ofRuntime.test(specifier)) {
          error.message += `\nLambda's runtime may have ${name}, and sam-offline does not: run \`npm install ${name}\` where sam-offline is started`;
        } else if (SDK_2.test(specifier) || SDK_3.test(specifier)) {
          const version = hasSdk3 ? 3 : 2;
          error.message += `\nLambda's nodejs${runtimeVersion}.x has version ${version} of the AWS SDK only: add ${name} to the function's own package`;
        }
        throw error;
      }
    },
  });
}

function resolveFrom(parentURL, specifier, context, nextResolve) {
  try {
    if (!context.conditions?.includes('require')) {
      return nextResolve(specifier, { ...context, parentURL });
    }
    // require() resolves from the module that calls it and ignores the context.
    const path = createRequire(parentURL).resolve(specifier);
    return { url: pathToFileURL(path).href, shortCircuit: true };
  } catch {
    return undefined;
  }
}

function inOpt(specifier, optDirectory, context) {
  const path = specifier.replace(OPT, () => optDirectory);
  return context.conditions?.includes('require') ? path : pathToFileURL(path).href;
}

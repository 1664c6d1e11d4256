/** The API that a request is for, and the path of the request without the API's id. */
export interface ResolvedApi<Api> {
  readonly api: Api;
  /** The path with the stage. */
  readonly path: string;
}

interface Addressed {
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * Makes a function that finds the API of a request. On AWS each API has its own host, and the path
 * begins with the stage. Here APIs share a port, and the API is found in this order: by the `Host`
 * if it is an API's (`<apiId>.execute-api.<…>`), by the path's first segment if it is an API's id,
 * the first API that has the stage, the first API.
 *
 * @param addressOf gives the id and the stage of an API
 * @returns a function whose result is undefined if there is no API
 */
export function createApiResolver<Api>(
  apis: readonly Api[],
  addressOf: (api: Api) => Addressed,
): (path: string, host: string | undefined) => ResolvedApi<Api> | undefined {
  /** The stages of each API, by name. */
  const byId = new Map<string, Map<string, Api>>();
  const byStage = new Map<string, Api>();
  let fallback = apis[0];
  let everyPathOf: string | undefined;
  for (const api of apis) {
    const { apiId, stageName } = addressOf(api);
    const stages = byId.get(apiId) ?? new Map<string, Api>();
    byId.set(apiId, stages.set(stageName, api));
    // The stage $default serves every path, so APIs after it can only be reached by their ids.
    if ((everyPathOf ?? apiId) !== apiId || byStage.has(stageName)) continue;
    byStage.set(stageName, api);
    if (stageName !== '$default') continue;
    fallback = api;
    everyPathOf = apiId;
  }
  const isOnly = byId.size === 1 && byStage.has('$default');

  return (path, host) => {
    const named = host?.includes('.execute-api.')
      ? byId.get(host.slice(0, host.indexOf('.')).toLowerCase())
      : undefined;
    if (named !== undefined) return inStages(named, path);
    const slash = path.indexOf('/', 1);
    const segment = slash < 0 ? path.slice(1) : path.slice(1, slash);
    // If there is only one API and it has the stage $default, it serves every path, also one that
    // begins with its id.
    const prefixed = isOnly ? undefined : byId.get(segment);
    if (prefixed !== undefined) return inStages(prefixed, slash < 0 ? '/' : path.slice(slash));
    const api = byStage.get(segment) ?? fallback;
    return api && { api, path };
  };
}

/** Chooses the stage that the path names, else `$default`, else the API's first stage. */
function inStages<Api>(
  stages: ReadonlyMap<string, Api>,
  path: string,
): ResolvedApi<Api> | undefined {
  const [first] = stages.values();
  const api = stages.get(path.split('/', 2)[1] ?? '') ?? stages.get('$default') ?? first;
  return api && { api, path };
}

/**
 * Gives the path without the stage's segment; undefined if the path is not in the stage. `$default`
 * has no segment.
 */
export function pathInStage(path: string, stageName: string): string | undefined {
  if (stageName === '$default') return path;
  const end = stageName.length + 1;
  if (!path.startsWith(stageName, 1)) return undefined;
  if (path.length === end) return '/';
  return path[end] === '/' ? path.slice(end) : undefined;
}

/** The API that a request is for, and the request's path without what only chose the API. */
export interface ResolvedApi<Api> {
  readonly api: Api;
  /** With the stage. */
  readonly path: string;
}

interface Addressed {
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * On AWS an API has a host of its own and the path begins with the stage. Here APIs share a port: the
 * `Host` chooses where it is an API's own (`<apiId>.execute-api.<…>`), then the path's first segment
 * where it is an API's id, then the first API that has the stage, then the first API.
 *
 * @param addressOf the id and the stage of an API
 * @returns undefined where there is no API
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
    // The stage $default has every path, so other APIs behind it are reached by their id only.
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
    // An only API with the stage $default has every path, also one that begins with its id.
    const prefixed = isOnly ? undefined : byId.get(segment);
    if (prefixed !== undefined) return inStages(prefixed, slash < 0 ? '/' : path.slice(slash));
    const api = byStage.get(segment) ?? fallback;
    return api && { api, path };
  };
}

/** A stage that the path names goes before `$default`. */
function inStages<Api>(
  stages: ReadonlyMap<string, Api>,
  path: string,
): ResolvedApi<Api> | undefined {
  const [first] = stages.values();
  const api = stages.get(path.split('/', 2)[1] ?? '') ?? stages.get('$default') ?? first;
  return api && { api, path };
}

/** The path within a stage; undefined where it is not in it. `$default` has no segment. */
export function pathInStage(path: string, stageName: string): string | undefined {
  if (stageName === '$default') return path;
  const end = stageName.length + 1;
  if (!path.startsWith(stageName, 1)) return undefined;
  if (path.length === end) return '/';
  return path[end] === '/' ? path.slice(end) : undefined;
}

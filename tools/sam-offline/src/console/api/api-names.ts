import type { Stack } from '../../template/index.ts';

/** What an API is called: `aliases` are its display name and its id. */
export interface ApiName {
  readonly source: string;
  readonly aliases: readonly string[];
}

/** Names APIs by what the template calls them: nobody knows their ids, which are generated. */
export class ApiNames {
  readonly #byId: ReadonlyMap<string, ApiName>;

  constructor({ httpApis, webSocketApis }: Pick<Stack, 'httpApis' | 'webSocketApis'>) {
    this.#byId = new Map(
      [...httpApis, ...webSocketApis].map(({ apiId, logicalId, name }) => [
        apiId,
        { source: logicalId, aliases: [name, apiId] },
      ]),
    );
  }

  /** @param apiId of this stack, or of an earlier run with another template: then it stays as it is */
  of(apiId: string): ApiName {
    return this.#byId.get(apiId) ?? { source: apiId, aliases: [] };
  }
}

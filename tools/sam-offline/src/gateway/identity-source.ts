/** Reads the values of a request. */
export interface IdentityReaders {
  /** @param name the header's name in lower case */
  header(name: string): string | undefined;
  queryString(name: string): string | undefined;
  stageVariable(name: string): string | undefined;
  context(name: string): string | undefined;
}

const EXPRESSION =
  /^(?:\$|route\.|method\.)?(request\.header|request\.querystring|context|stageVariables)\.(.+)$/;

/**
 * Reads an identity source of an authorizer: `$request.header.Authorization`,
 * `route.request.querystring.token`, `$context.routeKey`, `$stageVariables.name`. The result is
 * undefined if the request has no such value, or an empty one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
 */
export function readIdentitySource(
  expression: string,
  readers: IdentityReaders,
): string | undefined {
  const [, kind, name] = EXPRESSION.exec(expression) ?? [];
  if (name === undefined) return undefined;
  const value = readValue(kind, name, readers);
  return value === '' ? undefined : value;
}

function readValue(
  kind: string | undefined,
  name: string,
  readers: IdentityReaders,
): string | undefined {
  switch (kind) {
    case 'request.header':
      return readers.header(name.toLowerCase());
    case 'request.querystring':
      return readers.queryString(name);
    case 'stageVariables':
      return readers.stageVariable(name);
    default:
      return readers.context(name);
  }
}

import { parameter, RequestError } from '../http/index.ts';

/**
 * Finds the resource that the path of a request names, by its name or its logical id.
 *
 * @param kind the parameter of the path, which is also the word for such a resource: `queue`
 * @throws RequestError 404 if there is none
 */
export function named<Resource extends { readonly logicalId: string }>(
  path: Readonly<Record<string, string>>,
  kind: string,
  all: readonly Resource[],
  nameOf: (one: Resource) => string,
): Resource {
  const name = parameter(path, kind);
  const found = all.find((one) => nameOf(one) === name || one.logicalId === name);
  if (found === undefined) throw new RequestError(404, `The stack has no ${kind} ${name}.`);
  return found;
}

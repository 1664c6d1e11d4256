import { PROBLEM_MEDIA_TYPE } from '@blogapp/problems';
import { at, isRecord } from './json.ts';

/**
 * Moves each problem response to the components of an OpenAPI document, where it is written once:
 * every operation has about ten of them, which would be two thirds of the document. The name of a
 * response consists of its problems.
 */
export function shareProblemResponses<Document extends object>(document: Document): Document {
  const shared: Record<string, unknown> = {};
  const paths = Object.values(at(document, 'paths') ?? {}).filter(isRecord);
  for (const operation of paths.flatMap((path) => Object.values(path))) {
    const responses = at(operation, 'responses');
    if (!isRecord(responses)) continue;
    for (const [status, response] of Object.entries(responses)) {
      const examples = at(response, 'content', PROBLEM_MEDIA_TYPE, 'examples');
      if (!isRecord(examples)) continue;
      const name = Object.keys(examples).join('-or-');
      shared[name] = response;
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  const components = at(document, 'components');
  return {
    ...document,
    components: { ...(isRecord(components) && components), responses: shared },
  };
}

import { isObject } from '../json.ts';
import type { RequestValidation } from '../model.ts';
import type { Reader } from '../reader.ts';

/**
 * Reads the validation of requests for an event of a REST API. `RequestModel` names one of the
 * API's `Models` and says what is validated. `RequestParameters` has the required parameters.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-requestmodel.html
 */
export function eventValidation(
  event: Reader,
  api: Reader,
): { readonly validation?: RequestValidation } {
  const model = event.map('RequestModel');
  if (model === undefined) return {};
  model.check({ used: ['Model', 'ValidateBody', 'ValidateParameters'], harmless: ['Required'] });
  const models: Record<string, object> = {};
  const name = model.requiredText('Model', 'the name of one of the Models of the API');
  if (name !== undefined && model.boolean('ValidateBody') === true) {
    const definitions = api.value('Models');
    const schema = isObject(definitions) ? definitions[name] : undefined;
    if (isObject(schema))
      models['application/json'] = { definitions: definitions ?? {}, ...schema };
    else model.expected('Model', 'the name of one of the Models of the API');
  }
  const required = model.boolean('ValidateParameters') === true ? requiredParameters(event) : [];
  const within = (place: string): string[] =>
    required.flatMap((one) => (one.startsWith(place) ? [one.slice(place.length)] : []));
  const headers = within('method.request.header.');
  return { validation: { models, headers, querystring: within('method.request.querystring.') } };
}

/**
 * Reads the required parameters. An item is a name, which is not required, or a map with a name and
 * its settings.
 */
function requiredParameters(event: Reader): string[] {
  const listed = event.value('RequestParameters');
  return (Array.isArray(listed) ? listed : []).flatMap((one) =>
    isObject(one)
      ? Object.entries(one).flatMap(([name, settings]) =>
          isObject(settings) && (settings.Required === true || settings.Required === 'true')
            ? [name]
            : [],
        )
      : [],
  );
}

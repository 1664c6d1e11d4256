import { compileModels } from '../../gateway/index.ts';
import type { RequestValidation } from '../../template/index.ts';
import type { GatewayRequest } from '../request.ts';
import { missingParameters, REST_ERRORS, type RestError } from './gateway-response.ts';

/**
 * Checks a request by its method's rules.
 * @returns the error; undefined if the request is valid
 */
export type RequestCheck = (request: GatewayRequest) => RestError | undefined;

/**
 * Compiles the validation of a method: required parameters, which must not be empty, and the body.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function compileValidation(validation: RequestValidation): RequestCheck {
  const { headers = [], querystring = [] } = validation;
  const isValid = compileModels(validation, 'rest');
  return (request) => {
    const missing = [
      ...querystring.filter(
        (name) => !request.query.some(([other, value]) => other === name && value !== ''),
      ),
      ...headers.filter((name) => (request.headers[name.toLowerCase()] ?? '') === ''),
    ];
    if (missing.length > 0) return missingParameters(missing);
    const { body } = request;
    return isValid(body.toString('utf8'), request.headers['content-type'])
      ? undefined
      : REST_ERRORS.invalidBody;
  };
}

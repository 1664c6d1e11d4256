import type { HttpApi } from '../template/index.ts';
import type { GatewayRequest } from './request.ts';

/** Tells whether an API with `DisableExecuteApiEndpoint` refuses a request because of its host. */
export function isDisabledFor(
  { disabledEndpoint }: Pick<HttpApi, 'disabledEndpoint'>,
  { host }: Pick<GatewayRequest, 'host'>,
): boolean {
  if (disabledEndpoint === undefined) return false;
  return disabledEndpoint === 'everywhere' || /\.execute-api\./i.test(host);
}

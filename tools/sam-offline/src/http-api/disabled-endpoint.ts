import type { HttpApi } from '../template/index.ts';
import type { GatewayRequest } from './request.ts';

/** Whether an API with `DisableExecuteApiEndpoint` refuses a request for how it was addressed. */
export function isDisabledFor(
  { disabledEndpoint }: Pick<HttpApi, 'disabledEndpoint'>,
  { host }: Pick<GatewayRequest, 'host'>,
): boolean {
  if (disabledEndpoint === undefined) return false;
  return disabledEndpoint === 'everywhere' || /\.execute-api\./i.test(host);
}

export { callEndpoint, EndpointError, type IncomingResponse } from './http-call.ts';
export {
  compileIntegration,
  type IntegrationServices,
  type MappedCaller,
} from './mapped-integration.ts';
export { mappedParameter } from './parameters.ts';
export type { IntegrationRequest } from './request.ts';
export { compileModels } from './request-validation.ts';
export type { MappedResponse } from './response.ts';
export type { CallService, ServiceRequest } from './service-call.ts';

export {
  AccessLog,
  type AccessLogEntry,
  compileFormat,
  type ContextValue,
  type ContextVariables,
  loggedIntegration,
  type LoggedIntegration,
} from './access-log/index.ts';
export { createApiResolver, pathInStage, type ResolvedApi } from './api-resolver.ts';
export { authorizerFact, integrationFact } from './facts.ts';
export {
  type CallService,
  callEndpoint,
  compileIntegration,
  compileModels,
  EndpointError,
  type IncomingResponse,
  type IntegrationRequest,
  type IntegrationServices,
  type MappedCaller,
  mappedParameter,
  type MappedResponse,
  type ServiceRequest,
} from './integrations/index.ts';
export { type IdentityReaders, readIdentitySource } from './identity-source.ts';
export { type IntegrationEnd, invokeIntegration } from './invoke-integration.ts';
export { InvokePermissions } from './invoke-permissions.ts';
export { type AuthorizerDecision, LambdaAuthorizers } from './lambda-authorizers.ts';
export { ACCOUNT_THROTTLE, routeThrottle } from './route-throttle.ts';
export { TokenBucket } from './token-bucket.ts';

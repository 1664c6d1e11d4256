export { AccessLog, type AccessLogEntry } from './access-log.ts';
export { loggedIntegration, type LoggedIntegration } from './integration.ts';
export { compileFormat, type ContextValue, type ContextVariables } from './format.ts';

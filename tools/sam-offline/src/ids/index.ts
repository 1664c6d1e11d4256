export { isConnectionId, newGatewayId } from './gateway-id.ts';
export { functionOfLogGroup, logGroupOf } from './log-group.ts';
export { newEnvironmentId, versionOfEnvironment } from './log-stream.ts';
export { newRequestId } from './request-id.ts';
export { createSampler } from './sampling.ts';
export {
  newSegmentId,
  newTraceId,
  readTraceHeader,
  type TraceContext,
  traceHeader,
} from './trace.ts';

import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Tracing } from './tracing.ts';

/**
 * Tracing through Powertools Tracer; undefined where it finds itself outside of Lambda. Import it
 * lazily: see `createTracing`.
 */
export function createXRayTracing(service: string): Tracing | undefined {
  const tracer = new Tracer({
    serviceName: service,
    // One subsegment for each of thousands of posts to @connections would cost more than the posts,
    // and make the trace unreadable: what is worth a subsegment gets one by name.
    captureHTTPsRequests: false,
  });
  if (!tracer.isTracingEnabled()) return undefined;

  return {
    subsegment: <T>(name: string, work: () => Promise<T>) =>
      // Powertools types what the callback returns, and hands back, as unknown.
      tracer.provider.captureAsyncFunc(name, async (subsegment) => {
        try {
          tracer.addServiceNameAnnotation();
          return await work();
        } catch (error) {
          subsegment?.addError(error instanceof Error ? error : String(error));
          throw error;
        } finally {
          subsegment?.close();
        }
      }) as Promise<T>,
    annotate: (key, value) => {
      tracer.putAnnotation(key, value);
    },
    captureClient: (client) => tracer.captureAWSv3Client(client),
  };
}

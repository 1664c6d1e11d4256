// This has to be the first import: the X-Ray SDK, which the second one loads, uses what it registers.
import { xrayNamespace } from './xray-context.ts';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { asError } from './errors.ts';
import type { Annotations, Tracing, XRayTracing } from './tracing.ts';

/** Tracing through Powertools Tracer. Import it lazily: see `createTracing`. */
export function createXRayTracing(service: string): XRayTracing {
  const tracer = new Tracer({
    serviceName: service,
    // One subsegment for each of thousands of pushes would cost more than the pushes, and make the
    // trace unreadable. Important parts get a subsegment by name.
    captureHTTPsRequests: false,
  });
  const { provider } = tracer;
  // This is Lambda's own segment. The X-Ray SDK puts it into the context that it is loaded in.
  const lambdaSegment = xrayNamespace.getFromLoading('segment') as ReturnType<
    typeof provider.getSegment
  >;

  const subsegment: Tracing['subsegment'] = <T>(
    name: string,
    work: () => Promise<T>,
    annotations: Annotations = {},
  ): Promise<T> =>
    // Powertools types the callback's result as unknown.
    provider.captureAsyncFunc(name, async (segment) => {
      for (const [key, value] of Object.entries(annotations)) segment?.addAnnotation(key, value);
      try {
        return await work();
      } catch (error) {
        segment?.addError(asError(error));
        throw error;
      } finally {
        segment?.close();
      }
    }) as Promise<T>;

  return {
    subsegment,
    // The runtime calls the handler from outside of the context that the SDK was loaded in.
    invocation: (name, work) =>
      xrayNamespace.runAndReturn(() => {
        if (lambdaSegment) provider.setSegment(lambdaSegment);
        return subsegment(name, () => {
          tracer.addServiceNameAnnotation();
          return work();
        });
      }),
    annotate: (key, value) => {
      tracer.putAnnotation(key, value);
    },
    captureClient: (client) => tracer.captureAWSv3Client(client),
  };
}

import type { StackEvent } from '../../events/index.ts';
import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';

/**
 * The metrics of `AWS/Lambda`: by function, by function and resource (the unqualified function), and
 * of the account (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
 */
export function lambdaMetrics(store: MetricStore): (event: StackEvent) => void {
  const recorder = new Recorder(store, 'AWS/Lambda');
  const ofFunction = memoize((functionName: string) => {
    const sets = [
      { FunctionName: functionName },
      { FunctionName: functionName, Resource: functionName },
      {},
    ];
    const count = (name: string) => recorder.metric(name, 'Count', sets);
    const milliseconds = (name: string) => recorder.metric(name, 'Milliseconds', sets);
    return {
      invocations: count('Invocations'),
      errors: count('Errors'),
      throttles: count('Throttles'),
      duration: milliseconds('Duration'),
      concurrentExecutions: recorder.metric('ConcurrentExecutions', 'Count', sets.slice(0, 2)),
      iteratorAge: milliseconds('IteratorAge'),
      asyncEventsReceived: count('AsyncEventsReceived'),
      asyncEventAge: milliseconds('AsyncEventAge'),
      asyncEventsDropped: count('AsyncEventsDropped'),
      deadLetterErrors: count('DeadLetterErrors'),
      destinationDeliveryFailures: count('DestinationDeliveryFailures'),
      urlRequestCount: count('UrlRequestCount'),
      url4xxCount: count('Url4xxCount'),
      url5xxCount: count('Url5xxCount'),
      urlRequestLatency: milliseconds('UrlRequestLatency'),
    };
  });
  const account = {
    concurrentExecutions: recorder.metric('ConcurrentExecutions', 'Count', [{}]),
    unreserved: recorder.metric('UnreservedConcurrentExecutions', 'Count', [{}]),
  };
  return (event) => {
    const { timeMs } = event;
    switch (event.type) {
      case 'invocation.started':
        ofFunction(event.functionName).concurrentExecutions(timeMs, event.concurrency);
        account.concurrentExecutions(timeMs, event.accountConcurrency);
        if (event.eventAgeMs !== undefined) {
          ofFunction(event.functionName).asyncEventAge(timeMs, event.eventAgeMs);
        }
        if (event.isReserved !== true) account.unreserved(timeMs, event.accountConcurrency);
        break;
      case 'invocation.succeeded':
      case 'invocation.failed':
      case 'invocation.timed-out': {
        const metrics = ofFunction(event.functionName);
        metrics.invocations(timeMs, 1);
        // The value is zero if there was no error: the average of Errors is the share of failed
        // invocations.
        metrics.errors(timeMs, event.type === 'invocation.succeeded' ? 0 : 1);
        metrics.throttles(timeMs, 0);
        metrics.duration(timeMs, event.durationMs);
        break;
      }
      case 'invocation.throttled':
        ofFunction(event.functionName).throttles(timeMs, 1);
        break;
      case 'async-event.received':
        ofFunction(event.functionName).asyncEventsReceived(timeMs, 1);
        break;
      case 'async-event.dropped':
        ofFunction(event.functionName).asyncEventsDropped(timeMs, 1);
        break;
      // A batch that is tried again is sent with a greater age each time.
      case 'batch.read':
      case 'batch.retried':
        if (event.source === 'dynamodb-stream' && event.ageMs !== undefined) {
          ofFunction(event.functionName).iteratorAge(timeMs, event.ageMs);
        }
        break;
      case 'destination.sent': {
        if (event.outcome !== 'failed') break;
        const metrics = ofFunction(event.functionName);
        if (event.kind === 'dead-letter-queue') metrics.deadLetterErrors(timeMs, 1);
        else metrics.destinationDeliveryFailures(timeMs, 1);
        break;
      }
      case 'http.request': {
        if (event.kind !== 'function-url' || event.functionName === undefined) break;
        const metrics = ofFunction(event.functionName);
        metrics.urlRequestCount(timeMs, 1);
        metrics.url4xxCount(timeMs, isClass(event.statusCode, 4));
        metrics.url5xxCount(timeMs, isClass(event.statusCode, 5));
        metrics.urlRequestLatency(timeMs, event.durationMs);
        break;
      }
    }
  };
}

function isClass(statusCode: number, digit: 4 | 5): 0 | 1 {
  return Math.floor(statusCode / 100) === digit ? 1 : 0;
}

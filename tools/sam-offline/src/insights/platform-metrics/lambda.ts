import type { EventOf } from '../../events/index.ts';
import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';
import type { MetricReaders } from './readers.ts';

/**
 * The metrics of `AWS/Lambda`: by function, by function and resource (the unqualified function), and
 * of the account (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
 */
export function lambdaMetrics(store: MetricStore): MetricReaders {
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

  const ended = (
    event:
      | EventOf<'invocation.succeeded'>
      | EventOf<'invocation.failed'>
      | EventOf<'invocation.timed-out'>,
  ): void => {
    const { timeMs } = event;
    const metrics = ofFunction(event.functionName);
    metrics.invocations(timeMs, 1);
    // The value is zero if there was no error: the average of Errors is the share of failed
    // invocations.
    metrics.errors(timeMs, event.type === 'invocation.succeeded' ? 0 : 1);
    metrics.throttles(timeMs, 0);
    metrics.duration(timeMs, event.durationMs);
  };
  // A batch that is tried again is sent with a greater age each time.
  const sent = (event: EventOf<'batch.read'> | EventOf<'batch.retried'>): void => {
    if (event.source !== 'dynamodb-stream' || event.ageMs === undefined) return;
    ofFunction(event.functionName).iteratorAge(event.timeMs, event.ageMs);
  };

  return {
    'invocation.started'({
      timeMs,
      functionName,
      concurrency,
      accountConcurrency,
      isReserved,
      eventAgeMs,
    }) {
      const metrics = ofFunction(functionName);
      metrics.concurrentExecutions(timeMs, concurrency);
      account.concurrentExecutions(timeMs, accountConcurrency);
      if (isReserved !== true) account.unreserved(timeMs, accountConcurrency);
      if (eventAgeMs !== undefined) metrics.asyncEventAge(timeMs, eventAgeMs);
    },
    'invocation.succeeded': ended,
    'invocation.failed': ended,
    'invocation.timed-out': ended,
    'invocation.throttled'({ timeMs, functionName }) {
      ofFunction(functionName).throttles(timeMs, 1);
    },
    'async-event.received'({ timeMs, functionName }) {
      ofFunction(functionName).asyncEventsReceived(timeMs, 1);
    },
    'async-event.dropped'({ timeMs, functionName }) {
      ofFunction(functionName).asyncEventsDropped(timeMs, 1);
    },
    'batch.read': sent,
    'batch.retried': sent,
    'destination.sent'({ timeMs, functionName, outcome, kind }) {
      if (outcome !== 'failed') return;
      const metrics = ofFunction(functionName);
      if (kind === 'dead-letter-queue') metrics.deadLetterErrors(timeMs, 1);
      else metrics.destinationDeliveryFailures(timeMs, 1);
    },
    'http.request'({ timeMs, kind, functionName, statusCode, durationMs }) {
      if (kind !== 'function-url' || functionName === undefined) return;
      const metrics = ofFunction(functionName);
      metrics.urlRequestCount(timeMs, 1);
      metrics.url4xxCount(timeMs, isClass(statusCode, 4));
      metrics.url5xxCount(timeMs, isClass(statusCode, 5));
      metrics.urlRequestLatency(timeMs, durationMs);
    },
  };
}

function isClass(statusCode: number, digit: 4 | 5): 0 | 1 {
  return Math.floor(statusCode / 100) === digit ? 1 : 0;
}

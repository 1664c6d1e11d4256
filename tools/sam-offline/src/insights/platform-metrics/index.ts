import type { EventType, StackEvent } from '../../events/index.ts';
import type { MetricStore } from '../metrics/index.ts';
import { apiGatewayMetrics } from './api-gateway.ts';
import { dynamoDbMetrics } from './dynamodb.ts';
import { lambdaMetrics } from './lambda.ts';
import { sqsMetrics } from './sqs.ts';

type Reader = (event: StackEvent) => void;

/** Turns the platform's own facts into AWS's metrics, under AWS's names and dimensions. */
export function platformMetrics(store: MetricStore): Reader {
  const services = [
    lambdaMetrics(store),
    apiGatewayMetrics(store),
    sqsMetrics(store),
    dynamoDbMetrics(store),
  ];
  const byType = new Map<EventType, Reader[]>();
  for (const [type, read] of services.flatMap((readers) => Object.entries(readers))) {
    const all = byType.get(type as EventType) ?? [];
    byType.set(type as EventType, [...all, read as Reader]);
  }
  return (event) => {
    const readers = byType.get(event.type);
    if (readers !== undefined) for (const read of readers) read(event);
  };
}

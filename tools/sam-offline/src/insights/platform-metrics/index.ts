import type { StackEvent } from '../../events/index.ts';
import type { MetricStore } from '../metrics/index.ts';
import { apiGatewayMetrics } from './api-gateway.ts';
import { dynamoDbMetrics } from './dynamodb.ts';
import { lambdaMetrics } from './lambda.ts';
import { sqsMetrics } from './sqs.ts';

/** Turns the platform's own facts into AWS's metrics, under AWS's names and dimensions. */
export function platformMetrics(store: MetricStore): (event: StackEvent) => void {
  const readers = [
    lambdaMetrics(store),
    apiGatewayMetrics(store),
    sqsMetrics(store),
    dynamoDbMetrics(store),
  ];
  return (event) => {
    for (const read of readers) read(event);
  };
}

import { randomUUID } from 'node:crypto';
import type { FauxqsQueue, FauxqsStore } from './fauxqs-store.ts';

/** A task that moves the messages of a dead-letter queue. */
interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly maximumPerSecond: number | undefined;
  readonly startedMs: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  failureReason?: string;
}

/** The response to a call about moves. */
export interface MoveResponse {
  readonly statusCode: number;
  readonly body: object;
}

export interface QueueMoves {
  /** @returns undefined for an operation that is not about moves */
  respond(operation: string, input: Readonly<Record<string, unknown>>): MoveResponse | undefined;
  close(): void;
}

/** The number of messages that are moved at a time. */
const CHUNK = 10;
const INTERVAL_MS = 50;
/**
 * The default number of messages that are moved in a second. "system optimized (up to 500)":
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
const MOST_PER_SECOND = 500;
const MOST_TASKS_LISTED = 10;

/**
 * Makes `StartMessageMoveTask`, `ListMessageMoveTasks` and `CancelMessageMoveTask`, which fauxqs
 * does not have. The ARNs are those of fauxqs.
 *
 * @param store the store, before it has queues, so that all moves to dead-letter queues are seen
 */
export function createQueueMoves(store: FauxqsStore): QueueMoves {
  /**
   * The queue that a message was in before it was moved to its dead-letter queue, by the message's
   * id.
   */
  const origins = new Map<string, string>();
  const before = store.spy;
  store.spy = {
    addMessage(sighting) {
      if (sighting.status === 'dlq') origins.set(sighting.messageId, sighting.queueName);
      else if (sighting.status === 'consumed') origins.delete(sighting.messageId);
      before?.addMessage(sighting);
    },
  };
  const tasks: MoveTask[] = [];
  let timer: NodeJS.Timeout | undefined;

  const queueOf = (arn: string): FauxqsQueue | undefined =>
    [...store.allQueues()].find((queue) => queue.arn === arn);
  const sourcesOf = (deadLetterArn: string): FauxqsQueue[] =>
    [...store.allQueues()].filter(
      ({ attributes }) => attributes.RedrivePolicy?.includes(`"${deadLetterArn}"`) === true,
    );

  function step(): void {
    for (const task of tasks) {
      if (task.status === 'CANCELLING') task.status = 'CANCELLED';
      if (task.status === 'RUNNING') move(task);
    }
    if (!tasks.some(({ status }) => status === 'RUNNING')) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function move(task: MoveTask): void {
    const source = queueOf(task.sourceArn);
    const elapsedSeconds = (Date.now() - task.startedMs) / 1000;
    const allowed =
      Math.ceil((task.maximumPerSecond ?? MOST_PER_SECOND) * elapsedSeconds) - task.moved;
    const count = Math.min(CHUNK, allowed, task.toMove - task.moved);
    if (task.toMove > task.moved && count <= 0) return;
    const waiting = new Map(
      (source?.inspectMessages().ready ?? []).map((message) => [message.messageId, message]),
    );
    const received = source === undefined || count <= 0 ? [] : source.dequeue(count);
    for (const { MessageId: id, ReceiptHandle: receiptHandle } of received) {
      const message = waiting.get(id);
      if (message === undefined) continue;
      const origin = origins.get(message.messageId);
      const [only] = sourcesOf(task.sourceArn);
      const destination =
        task.destinationArn === undefined
          ? ([...store.allQueues()].find(({ name }) => name === origin) ?? only)
          : queueOf(task.destinationArn);
      if (destination === undefined) {
        task.status = 'FAILED';
        task.failureReason = 'AWS.SimpleQueueService.NonExistentQueue';
        return;
      }
      source?.deleteMessage(receiptHandle);
      // "the redriven messages are considered new messages with a new messageID and enqueueTime"
      destination.enqueue({
        ...message,
        messageId: randomUUID(),
        sentTimestamp: Date.now(),
        approximateReceiveCount: 0,
        approximateFirstReceiveTimestamp: undefined,
      });
      task.moved += 1;
    }
    if (received.length === 0 || task.moved >= task.toMove) task.status = 'COMPLETED';
  }

  function start(input: Readonly<Record<string, unknown>>): MoveResponse {
    const sourceArn = textOf(input.SourceArn) ?? '';
    const source = queueOf(sourceArn);
    if (source === undefined) {
      return failure(
        'ResourceNotFoundException',
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
      );
    }
    if (sourcesOf(sourceArn).length === 0) {
      return failure(
        'InvalidParameterValueException',
        'Source queue must be configured as a Dead Letter Queue.',
      );
    }
    if (tasks.some((task) => task.sourceArn === sourceArn && task.status === 'RUNNING')) {
      return failure(
        'UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const destinationArn = textOf(input.DestinationArn);
    if (destinationArn !== undefined && queueOf(destinationArn) === undefined) {
      return failure(
        'ResourceNotFoundException',
        "The resource that you specified for the DestinationArn parameter doesn't exist.",
        404,
      );
    }
    const perSecond = input.MaxNumberOfMessagesPerSecond;
    source.processTimers();
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
      ...{ sourceArn, destinationArn, startedMs: Date.now(), moved: 0, status: 'RUNNING' },
      maximumPerSecond: typeof perSecond === 'number' ? perSecond : undefined,
      toMove: source.inspectMessages().ready.length,
    };
    tasks.unshift(task);
    timer ??= setInterval(step, INTERVAL_MS).unref();
    return { statusCode: 200, body: { TaskHandle: task.handle } };
  }

  return {
    respond(operation, input) {
      switch (operation) {
        case 'StartMessageMoveTask':
          return start(input);
        case 'ListMessageMoveTasks': {
          const most = typeof input.MaxResults === 'number' ? input.MaxResults : 1;
          const results = tasks
            .filter(({ sourceArn }) => sourceArn === input.SourceArn)
            .slice(0, Math.min(most, MOST_TASKS_LISTED));
          return { statusCode: 200, body: { Results: results.map(outputOf) } };
        }
        case 'CancelMessageMoveTask': {
          const task = tasks.find(({ handle }) => handle === input.TaskHandle);
          if (task?.status !== 'RUNNING') {
            return failure('ResourceNotFoundException', 'Task does not exist.', 404);
          }
          task.status = 'CANCELLING';
          return { statusCode: 200, body: { ApproximateNumberOfMessagesMoved: task.moved } };
        }
        default:
          return undefined;
      }
    },
    close: stop,
  };
}

function outputOf(task: MoveTask): object {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    ...{ Status: task.status, SourceArn: task.sourceArn, StartedTimestamp: task.startedMs },
    ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
    ...(task.maximumPerSecond !== undefined && {
      MaxNumberOfMessagesPerSecond: task.maximumPerSecond,
    }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
  };
}

function failure(code: string, message: string, statusCode = 400): MoveResponse {
  return { statusCode, body: { __type: `com.amazonaws.sqs#${code}`, message } };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

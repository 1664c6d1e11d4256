export {
  createFanoutQueue,
  type DeadLetterReason,
  type FanoutQueue,
  type FanoutQueueOptions,
} from './fanout-queue.ts';
export {
  decodeTask,
  encodeTask,
  MAX_IDS_PER_TASK,
  splitTask,
  type DeliveryTask,
  type Recipients,
  type TaskEvent,
} from './task.ts';

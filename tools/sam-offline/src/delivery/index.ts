export { deliver, type Delivery, type DeliveryOptions } from './deliver.ts';
export {
  createTargets,
  DeliveryError,
  type DeliveryReceipt,
  type MessageAttribute,
  type MessageAttributes,
  type TargetMessage,
  type Targets,
} from './targets.ts';
export { queueTarget } from './queue-target.ts';
export { functionTarget } from './function-target.ts';

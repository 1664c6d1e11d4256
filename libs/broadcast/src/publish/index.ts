export { InOrder } from './in-order.ts';
export { Inline } from './inline.ts';

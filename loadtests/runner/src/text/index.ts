export type { Variables } from './variables.ts';
export { closest } from './closest.ts';
export { describeError, messageOf } from './errors.ts';

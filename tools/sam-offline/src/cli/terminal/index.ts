export {
  createEventOutput,
  type EventOutput,
  type LogFormat,
  printEvents,
} from './print-events.ts';
export { formatDuration, formatTime } from './row.ts';
export { printWaterfall } from './waterfall.ts';

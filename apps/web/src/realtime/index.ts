export { connectWith, realtimeOf, type Realtime, type TokenSource } from './client.ts';
export { LiveChannel } from './live-channel.tsx';
export { useConnectionWords, useOnline, useRealtimeClient } from './use-realtime.ts';
export type { ConnectionWords } from './words.ts';

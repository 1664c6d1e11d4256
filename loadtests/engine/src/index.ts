export { WebSocketPushEngine as default } from './engine.ts';

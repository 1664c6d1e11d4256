/**
 * Artillery loads the plugin `websocket-push` from a package of this name. The plugin is a part of
 * the engine.
 */
export { Plugin } from 'artillery-engine-websocket-push/plugin';

export { ConfigError, CONFIG_PATH, parseConfig, readConfig, type Config } from './config.ts';
export { loadConfig, useConfig, useConfigState, type ConfigState } from './store.ts';

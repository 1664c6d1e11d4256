export { createSecretsManager } from './secrets-manager.ts';

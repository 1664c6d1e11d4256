export { openParameters, type Parameters, type ParameterVersion } from './parameters.ts';
export { openSecrets, type Secrets, type SecretVersion, type StoredSecret } from './secrets.ts';
export { randomPassword } from './random-password.ts';

export {
  ENVIRONMENT_NAMES,
  isEnvironmentName,
  loadEnvironment,
  type Environment,
  type EnvironmentName,
} from './environment.ts';
export { readTemplateParameters, type TemplateParameters } from './template-parameters.ts';

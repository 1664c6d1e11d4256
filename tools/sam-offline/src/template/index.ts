export type { TemplateProblem } from './errors.ts';
export { formatProblem, TemplateError } from './errors.ts';
export type { LoadStackOptions } from './load-stack.ts';
export { loadStack } from './load-stack.ts';
export type { LocalTargets } from './local-urls.ts';
export { localizeUrls } from './local-urls.ts';
export * from './model.ts';
export { secretArn } from './names.ts';
export { eachApi, stageKey } from './stage-keys.ts';

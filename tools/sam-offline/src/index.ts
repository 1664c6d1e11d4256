export type { FunctionLogLine, LogSink } from './log.ts';
export * from './stack/index.ts';
export { loadStack, type LoadStackOptions, TemplateError } from './template/index.ts';

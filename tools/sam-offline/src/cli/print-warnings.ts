import type { LogSink } from '../log.ts';
import type { TemplateWarning } from '../template/index.ts';

/** Says what the template asks for and is not done, each with its resource and property. */
export function printWarnings(warnings: readonly TemplateWarning[], log: LogSink): void {
  for (const { resource, property, message } of warnings) {
    const place = [resource, property].filter((part) => part !== undefined).join('.');
    log.system('warn', place === '' ? message : `${place}: ${message}`);
  }
}

import type { Events } from '../events/index.ts';
import type { TemplateWarning } from '../template/index.ts';

/** Prints what the template asks for and sam-offline does not do, with resource and property. */
export function printWarnings(warnings: readonly TemplateWarning[], events: Events): void {
  for (const { resource, property, message } of warnings) {
    const place = [resource, property].filter((part) => part !== undefined).join('.');
    events.warn('warn', place === '' ? message : `${place}: ${message}`);
  }
}

import type { Events } from '../events/index.ts';
import type { TemplateWarning } from '../template/index.ts';

/** Prints what the template asks for and sam-offline does not do, with resource and property. */
export function printWarnings(warnings: readonly TemplateWarning[], events: Events): void {
  for (const line of warningLines(warnings)) events.warn('warn', line);
}

/**
 * Prints one line for each kind. A message about several places is printed once, with all the
 * places before it.
 */
export function warningLines(warnings: readonly TemplateWarning[]): string[] {
  const places = new Map<string, string[]>();
  for (const { resource, property, message } of warnings) {
    const place = [resource, property].filter((part) => part !== undefined).join('.');
    const known = places.get(message) ?? [];
    places.set(message, known);
    if (place !== '') known.push(place);
  }
  return [...places].map(([message, known]) =>
    known.length === 0 ? message : `${known.join(', ')}: ${message}`,
  );
}

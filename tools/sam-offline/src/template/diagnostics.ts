import type { TemplateProblem } from './errors.ts';
import { TemplateError } from './errors.ts';
import type { Path } from './json.ts';
import { formatPath } from './json.ts';
import type { TemplateWarning } from './model.ts';
import type { Position } from './parse-yaml.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

/**
 * Thrown after a problem was recorded, to stop reading the value. The reader of the property
 * catches it and continues with the next property, so that one run reports all independent
 * problems.
 */
export class Reported extends SamOfflineError {
  override readonly name = 'Reported';
}

/** Collects the problems of a template, and warnings about what sam-offline does not emulate. */
export class Diagnostics {
  readonly #problems = new Map<string, TemplateProblem>();
  readonly #warnings = new Map<string, TemplateWarning>();
  readonly #file: string;
  readonly #locate: (path: Path) => Position | undefined;

  constructor(file: string, locate: (path: Path) => Position | undefined) {
    this.#file = file;
    this.#locate = locate;
  }

  get warnings(): readonly TemplateWarning[] {
    return [...this.#warnings.values()];
  }

  /** Gives the line of a path in the template. */
  lineOf(path: Path): number | undefined {
    return this.#locate(path)?.line;
  }

  error(path: Path, message: string): void {
    const key = `${formatPath(path)}\n${message}`;
    this.#problems.set(key, {
      file: this.#file,
      ...this.#locate(path),
      ...owner(path),
      path: formatPath(path),
      message,
    });
  }

  /** Records a problem and throws `Reported`. */
  fail(path: Path, message: string): never {
    this.error(path, message);
    throw new Reported(message);
  }

  warn(path: Path, message: string): void {
    this.#warnings.set(`${formatPath(path)}\n${message}`, { ...owner(path), message });
  }

  /** @throws TemplateError with every problem recorded so far */
  throwIfAny(): void {
    if (this.#problems.size === 0) return;
    const byPosition = [...this.#problems.values()].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
    throw new TemplateError(byPosition);
  }

  /**
   * Runs `read`.
   * @returns undefined if it threw `Reported`
   */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof Reported) return undefined;
      throw error;
    }
  }
}

/** Gives the resource and the property of a path. */
function owner(path: Path): { resource?: string; property?: string } {
  const [section, resource, attribute, ...rest] = path;
  if (section !== 'Resources' || resource === undefined) {
    return path.length === 0 ? {} : { property: formatPath(path) };
  }
  if (attribute === undefined) return { resource: String(resource) };
  const property = attribute === 'Properties' ? rest : [attribute, ...rest];
  return property.length === 0
    ? { resource: String(resource) }
    : { resource: String(resource), property: formatPath(property) };
}

import { type LogGroup, type LogStream } from '../../insights/index.ts';
import { alreadyExists, notFound } from './errors.ts';
import type { LogsOptions } from './options.ts';

/**
 * Knows which log groups and streams exist: those with entries, those that `CreateLogGroup` and
 * `CreateLogStream` made in this run, and the groups of the stack's functions.
 */
export class LogGroups {
  readonly #options: LogsOptions;
  /** The groups that were made without entries: the time (ms since 1970) and their streams. */
  readonly #made = new Map<
    string,
    { readonly createdMs: number; readonly streams: Map<string, number> }
  >();

  constructor(options: LogsOptions) {
    this.#options = options;
    for (const name of options.logGroups) this.#make(name);
  }

  /** Gives the groups, sorted by name. */
  async list(prefix = ''): Promise<LogGroup[]> {
    const groups = new Map<string, LogGroup>();
    for (const [name, { createdMs }] of this.#made) {
      if (name.startsWith(prefix)) groups.set(name, { name, createdMs, storedBytes: 0 });
    }
    for (const group of await this.#options.insights.logGroups(prefix)) {
      groups.set(group.name, group);
    }
    return [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Gives the streams of a group.
   * @throws ServiceError if there is no such group
   */
  async streams(logGroup: string): Promise<LogStream[]> {
    await this.check(logGroup);
    const streams = new Map<string, LogStream>();
    for (const [name, createdMs] of this.#made.get(logGroup)?.streams ?? []) {
      const times = { createdMs, firstEventMs: Infinity, lastEventMs: -Infinity };
      streams.set(name, { name, ...times, lastIngestionMs: -Infinity, storedBytes: 0 });
    }
    for (const stream of await this.#options.insights.logStreams(logGroup)) {
      streams.set(stream.name, stream);
    }
    return [...streams.values()];
  }

  /**
   * Checks that a group and a stream exist.
   * @throws ServiceError if there is no such group, or no such stream in it
   */
  async check(logGroup: string, logStream?: string): Promise<void> {
    if (!(await this.#hasGroup(logGroup))) throw notFound('group');
    if (logStream === undefined || this.#made.get(logGroup)?.streams.has(logStream) === true)
      return;
    const streams = await this.#options.insights.logStreams(logGroup);
    if (!streams.some(({ name }) => name === logStream)) throw notFound('stream');
  }

  async createGroup(logGroup: string): Promise<void> {
    if (await this.#hasGroup(logGroup)) throw alreadyExists('group');
    this.#make(logGroup);
  }

  async createStream(logGroup: string, logStream: string): Promise<void> {
    const streams = await this.streams(logGroup);
    if (streams.some(({ name }) => name === logStream)) throw alreadyExists('stream');
    this.#make(logGroup).streams.set(logStream, this.#options.nowMs());
  }

  async #hasGroup(logGroup: string): Promise<boolean> {
    if (this.#made.has(logGroup)) return true;
    const groups = await this.#options.insights.logGroups(logGroup);
    return groups.some(({ name }) => name === logGroup);
  }

  #make(logGroup: string) {
    const existing = this.#made.get(logGroup);
    if (existing !== undefined) return existing;
    const made = { createdMs: this.#options.nowMs(), streams: new Map<string, number>() };
    this.#made.set(logGroup, made);
    return made;
  }
}

import { hash } from 'node:crypto';
import type { Belonging, Events } from '../../events/index.ts';
import type { AccessLogSettings } from '../../template/index.ts';
import { compileFormat, type ContextVariables } from './format.ts';

/** How often the waiting lines are written, in ms. */
const WRITE_MS = 100;
/**
 * The maximum number of lines that wait to be written. When it is reached, they are written at
 * once.
 */
const MAXIMUM_WAITING = 500;

/** What each entry of an access log has, whatever the kind of API. */
export interface AccessLogEntry {
  /** When the request arrived, in ms since 1970. */
  readonly requestTimeMs: number;
  readonly requestId: string;
  readonly connectionId?: string | undefined;
}

/** The stage that the log belongs to. */
interface LoggedStage {
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * The access log of one stage: a line for each request, connection event or message. While a
 * request is served, its entry is only stored. The lines are made and written up to 100 ms later,
 * many at a time.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class AccessLog<Entry extends AccessLogEntry> {
  readonly #events: Events;
  readonly #logGroup: string;
  readonly #logStream: string;
  readonly #apiId: string;
  readonly #render: (entry: Entry) => string;
  #waiting: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { logGroup, format }: AccessLogSettings,
    { apiId, stageName }: LoggedStage,
    variables: ContextVariables<Entry>,
    events: Events,
  ) {
    this.#events = events;
    this.#logGroup = logGroup;
    this.#apiId = apiId;
    // The names of API Gateway's log streams are 32 hexadecimal digits.
    this.#logStream = hash('sha256', `${apiId}/${stageName}`).slice(0, 32);
    this.#render = compileFormat(format, variables);
  }

  /** Logs a request that has been served. The caller must not change the entry afterwards. */
  add(entry: Entry): void {
    if (!this.#events.hasListeners) return;
    this.#waiting.push(entry);
    if (this.#waiting.length >= MAXIMUM_WAITING) this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, WRITE_MS).unref();
  }

  /** Writes the waiting lines. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#waiting;
    this.#waiting = [];
    const ingestedMs = this.#events.now();
    for (const entry of entries) {
      const { requestId, connectionId } = entry;
      const belonging: Belonging = {
        requestId,
        ...(connectionId !== undefined && { connectionId }),
      };
      this.#events.emit({
        ...{ type: 'log', timeMs: entry.requestTimeMs, source: 'access-log', ...belonging },
        ...{ logGroup: this.#logGroup, logStream: this.#logStream, apiId: this.#apiId },
        ingestedMs,
        text: this.#render(entry),
      });
    }
  }
}

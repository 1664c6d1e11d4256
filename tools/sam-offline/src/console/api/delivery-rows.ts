import type { Insights } from '../../insights/index.ts';
import { FactReader, type KeptList } from '../kept/index.ts';

/** An attempt of a bucket, topic, rule or schedule to deliver a message. */
export interface DeliveryRow {
  readonly timeMs: number;
  /** The target's ARN or address. */
  readonly target: string;
  readonly outcome: 'delivered' | 'retried' | 'failed';
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  readonly error?: string | undefined;
  readonly traceId?: string | undefined;
  /** The request id of the invocation of the target. */
  readonly invocationId?: string | undefined;
  /** The id of SNS's message, EventBridge's event, or S3's request. */
  readonly messageId?: string | undefined;
}

/** The most deliveries of one sender that are kept, the latest ones. */
const MAXIMUM_ROWS = 50;

/** The latest deliveries of each bucket, topic, rule and schedule. */
export class DeliveryRows implements KeptList {
  readonly startMs: number;
  readonly #facts: FactReader;
  readonly #rows = new Map<string, DeliveryRow[]>();

  constructor(
    insights: Pick<Insights, 'events'>,
    range: { readonly startMs: number; readonly endMs: number },
  ) {
    this.startMs = range.startMs;
    this.#facts = new FactReader(insights, { types: ['delivery'], ...range }, ({ event }) => {
      if (event.type !== 'delivery') return;
      const { service, source, timeMs, target, outcome, attempt, error } = event;
      const { traceId, invocationId, messageId } = event;
      this.#add(`${service} ${source}`, {
        ...{ timeMs, target, outcome, attempt, error },
        ...{ traceId, invocationId, messageId },
      });
    });
  }

  readOn(): Promise<void> {
    return this.#facts.readOn();
  }

  /**
   * The latest deliveries since a time, newest first.
   *
   * @param service `s3`, `sns`, `events`, `scheduler`
   */
  of(service: string, source: string, startMs: number): DeliveryRow[] {
    const rows = this.#rows.get(`${service} ${source}`) ?? [];
    return rows.filter(({ timeMs }) => timeMs >= startMs).reverse();
  }

  #add(key: string, row: DeliveryRow): void {
    const rows = this.#rows.get(key) ?? [];
    this.#rows.set(key, rows);
    rows.push(row);
    if (rows.length > MAXIMUM_ROWS) rows.shift();
  }
}

import { createSocket } from 'node:dgram';
import type { RejectedSegment } from './queries.ts';

export interface XRayDaemonOptions {
  /**
   * Keeps documents.
   *
   * @returns the refused documents
   */
  readonly putSegments: (documents: readonly string[]) => readonly RejectedSegment[];
  /** Is called when segments were not kept, at most once every ten seconds, with their number. */
  readonly onProblem: (message: string) => void;
  /** The most segments a second. Tests use a lower number. */
  readonly segmentsASecond?: number;
}

export interface XRayDaemon {
  /** The address for `AWS_XRAY_DAEMON_ADDRESS`. */
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The most segments a second. Further datagrams are dropped, since the local stack does not store
 * faster than this.
 */
const SEGMENTS_A_SECOND = 2000;
const BYTES_A_SECOND = 8 * 1024 * 1024;
const REPORT_MS = 10_000;

/**
 * Listens for the segments of functions, as the X-Ray daemon does. A datagram has a line of JSON
 * about the format, and then the segment document
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html).
 */
export async function startXRayDaemon(options: XRayDaemonOptions): Promise<XRayDaemon> {
  const host = '127.0.0.1';
  const problems = createProblemReport(options.onProblem);
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const maximum = options.segmentsASecond ?? SEGMENTS_A_SECOND;
  let second = 0;
  let segments = 0;
  let bytes = 0;

  socket.on('message', (datagram) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) [second, segments, bytes] = [now, 0, 0];
    segments += 1;
    bytes += datagram.length;
    if (segments > maximum || bytes > BYTES_A_SECOND) {
      problems.add(
        `there were more than ${maximum} segments or ${BYTES_A_SECOND} bytes in a second`,
      );
      return;
    }
    const lineFeed = datagram.indexOf(10);
    if (lineFeed === -1 || !isHeader(datagram.toString('utf8', 0, Math.min(lineFeed, 200)))) {
      problems.add('a datagram did not begin with {"format":"json","version":1} and a line feed');
      return;
    }
    const [refused] = options.putSegments([datagram.toString('utf8', lineFeed + 1)]);
    if (refused !== undefined) problems.add(refused.message);
  });
  // A datagram that cannot be received counts as one that was not sent.
  socket.on('error', (error) => {
    problems.add(error.message);
  });

  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.unref();
  return {
    host,
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        problems.close();
        socket.close(() => {
          resolve();
        });
      }),
  };
}

function isHeader(line: string): boolean {
  try {
    const header: unknown = JSON.parse(line);
    return (
      typeof header === 'object' &&
      header !== null &&
      'format' in header &&
      header.format === 'json'
    );
  } catch {
    return false;
  }
}

/** Reports the first problem at once, and then every ten seconds how many there were. */
function createProblemReport(tell: (message: string) => void) {
  let count = 0;
  let latest = '';
  let timer: NodeJS.Timeout | undefined;
  const report = (): void => {
    timer = undefined;
    if (count === 0) return;
    tell(`X-Ray: ${count === 1 ? 'a segment was' : `${count} segments were`} not kept: ${latest}`);
    count = 0;
    timer = setTimeout(report, REPORT_MS).unref();
  };
  return {
    add(problem: string): void {
      count += 1;
      latest = problem;
      if (timer === undefined) report();
    },
    close(): void {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/**
 * The simplest client in Node: `bare-client.ts <url> <connections> <seconds to open them>`. It
 * prints `{ received, medianMs }` when it is ended.
 */
import { WebSocket } from 'ws';
import { quantile } from '../harness/index.ts';

const [url = '', connections = '0', seconds = '0'] = process.argv.slice(2);
const latencies: number[] = [];

for (let index = 0; index < Number(connections); index += 1) {
  setTimeout(
    () => {
      const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
      socket.on('message', (data) => {
        const at = performance.timeOrigin + performance.now();
        const { t } = JSON.parse((data as Buffer).toString()) as { t: number };
        latencies.push(at - t);
      });
      socket.on('error', (error) => {
        console.error(error.message);
      });
    },
    (index * Number(seconds) * 1000) / Number(connections),
  );
}

process.once('SIGTERM', () => {
  const medianMs = latencies.length === 0 ? null : quantile(latencies, 0.5);
  console.log(JSON.stringify({ received: latencies.length, medianMs }));
  process.exit(0);
});

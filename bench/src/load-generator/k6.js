// The script for k6. It reads WS_URL, CONNECTIONS, VUS and OPEN_SECONDS from the environment.
import { sleep } from 'k6';
import { Trend } from 'k6/metrics';
import { WebSocket } from 'k6/websockets';

const vus = Number(__ENV.VUS);
const each = Number(__ENV.CONNECTIONS) / vus;
const delivery = new Trend('delivery', true);

export const options = {
  scenarios: {
    readers: { executor: 'per-vu-iterations', vus, iterations: 1, maxDuration: '10m' },
  },
  summaryTrendStats: ['med', 'p(99)', 'count'],
};

export default function () {
  sleep((__VU * Number(__ENV.OPEN_SECONDS)) / vus);
  for (let index = 0; index < each; index += 1) {
    const socket = new WebSocket(__ENV.WS_URL);
    socket.onmessage = (event) => {
      delivery.add(Date.now() - JSON.parse(event.data).t);
    };
  }
}

export function handleSummary(data) {
  const values = data.metrics.delivery ? data.metrics.delivery.values : { med: null };
  return {
    stdout: `\nresult ${JSON.stringify({ medianMs: values.med, received: values.count })}\n`,
  };
}

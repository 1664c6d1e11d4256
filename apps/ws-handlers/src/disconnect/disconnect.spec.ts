import { disconnectEvent } from '../testing/events.ts';
import { invoke } from '../testing/invoke.ts';
import { createDisconnect } from './disconnect.ts';

test("removes the connection's rows and says why it ended", async () => {
  const removed: string[] = [];
  const disconnect = createDisconnect({
    channels: {
      disconnect: async (connectionId) => {
        removed.push(connectionId);
        return ['all', 'post:01JDAAAAAAAAAAAAAAAAAAAAAA'];
      },
    },
  });
  const { result, logs, metrics } = await invoke(disconnect, disconnectEvent());

  expect(result).toEqual({ statusCode: 200 });
  expect(removed).toEqual(['connection-1=']);
  expect(logs).toEqual([
    expect.objectContaining({
      message: 'disconnected',
      connectionId: 'connection-1=',
      channels: 2,
      disconnectStatusCode: 1001,
      disconnectReason: 'Going away',
    }),
  ]);
  expect(metrics('ConnectionsClosed')).toMatchObject([
    { ConnectionsClosed: 1, ConnectionDuration: 90 },
  ]);
});

test('fails when the rows could not be removed, and counts nothing as closed', async () => {
  const disconnect = createDisconnect({
    channels: { disconnect: () => Promise.reject(new Error('throttled')) },
  });
  const { error, metrics } = await invoke(disconnect, disconnectEvent());
  expect(error).toEqual(new Error('throttled'));
  expect(metrics('ConnectionsClosed')).toEqual([]);
});

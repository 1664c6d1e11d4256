import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { makeDataFolder } from './data-folder.ts';
import { startBareTarget } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'target-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('a bare server pushes each request’s body to every connection, and ends', async () => {
  const target = await startBareTarget(folder, 'ap-northeast-1');
  expect(JSON.parse(readFileSync(target.outputsFile, 'utf8'))).toEqual(target.outputs);
  const sockets = [1, 2].map(() => new WebSocket(target.outputs.WebSocketUrl));
  await Promise.all(sockets.map(async (socket) => once(socket, 'open')));
  const received = sockets.map(async (socket) => {
    const [data] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(data.toString()) as unknown;
  });
  const event = { channel: 'all', type: 'announcement', data: { key: 'one' } };
  const response = await fetch(`${target.outputs.HttpApiUrl}/broadcast/comments`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  expect(response.status).toBe(202);
  expect(await Promise.all(received)).toEqual([1, 2].map(() => ({ id: '1', ...event })));
  const closed = sockets.map(async (socket) => once(socket, 'close'));
  await target.stop();
  await Promise.all(closed);
});

describe('the data of a local stack', () => {
  it('is in the run’s folder if there is not enough memory for it', async () => {
    expect(await makeDataFolder(folder, join(folder, 'nowhere'))).toBe(join(folder, 'stack'));
  });
});

import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { WriteBatch } from './write-batch.ts';

function recorder(name: string, written: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(`${name}: ${chunk.toString()}`);
      done();
    },
    writev(chunks, done) {
      written.push(`${name}: ${chunks.map(({ chunk }) => String(chunk)).join('+')}`);
      done();
    },
  });
}

describe('WriteBatch', () => {
  it('writes after the turn of the event loop: responses first, and once a socket', async () => {
    const written: string[] = [];
    const [client, otherClient, poster] = ['client', 'other client', 'poster'].map((name) =>
      recorder(name, written),
    ) as [Writable, Writable, Writable];
    const batch = new WriteBatch();

    batch.writeFrame(client, Buffer.from('1'));
    batch.writeResponse(poster, '200');
    batch.writeFrame(otherClient, Buffer.from('2'));
    batch.writeFrame(client, Buffer.from('3'));
    batch.writeResponse(poster, '410');
    expect(written).toEqual([]);

    await turn();
    expect(written).toEqual(['poster: 200+410', 'client: 1+3', 'other client: 2']);
    batch.writeFrame(client, Buffer.from('4'));
    await turn();
    expect(written.at(-1)).toBe('client: 4');
  });

  it('leaves the other sockets alone when one was destroyed meanwhile', async () => {
    const written: string[] = [];
    const gone = recorder('gone', written);
    const open = recorder('open', written);
    const batch = new WriteBatch();

    batch.writeFrame(gone, Buffer.from('1'));
    batch.writeFrame(open, Buffer.from('2'));
    gone.destroy();
    await turn();

    expect(written).toContain('open: 2');
  });
});

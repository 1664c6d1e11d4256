import { shardOf } from '@blogapp/broadcast';
import { findDynoxide } from '@blogapp/sam-offline/services';
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { recipientId } from '../connections-sink/index.ts';
import { SHARDS } from '../stack/index.ts';

/** The name that `startProductStack` gives the table. */
const TABLE = 'bench-websocket-connections';
const CHUNK = 5_000;
/**
 * How long ago the subscribers connected (ms): longer than a handshake takes, so that a 410 removes
 * the row.
 */
const CONNECTED_BEFORE_MS = 10 * 60_000;
const LIFE_SECONDS = 2 * 60 * 60;

/**
 * Makes the database of a stack whose connections table has the given number of rows. The rows are
 * written in DynamoDB's export format and imported, which is thirty times as fast as writing them
 * through the API.
 */
export async function importSubscribers(dataDirectory: string, count: number): Promise<void> {
  const directory = join(dataDirectory, 'import');
  const exported = join(directory, TABLE, 'data');
  await mkdir(exported, { recursive: true });
  await mkdir(join(dataDirectory, 'dynamodb'), { recursive: true });
  await pipeline(
    Readable.from(lines(count)),
    createGzip({ level: 1 }),
    createWriteStream(join(exported, 'rows.json.gz')),
  );
  const schema = join(dataDirectory, 'schema.json');
  await writeFile(schema, JSON.stringify([{ Table: table }]));
  const output = join(dataDirectory, 'dynamodb/tables.db');
  await promisify(execFile)(findDynoxide(), [
    'import',
    ...['--source', directory, '--schema', schema, '--output', output],
  ]);
  await rm(directory, { recursive: true });
}

const table = {
  TableName: TABLE,
  AttributeDefinitions: [
    { AttributeName: 'channel', AttributeType: 'S' },
    { AttributeName: 'connectionId', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'channel', KeyType: 'HASH' },
    { AttributeName: 'connectionId', KeyType: 'RANGE' },
  ],
};

function* lines(count: number): Generator<string> {
  const expiresAt = { N: String(Math.ceil(Date.now() / 1000) + LIFE_SECONDS) };
  const connectedAt = { N: String(Date.now() - CONNECTED_BEFORE_MS) };
  for (let start = 0; start < count; start += CHUNK) {
    let text = '';
    for (let index = start; index < Math.min(count, start + CHUNK); index += 1) {
      const connectionId = recipientId(index);
      const channel = { S: `all#${shardOf(connectionId, SHARDS)}` };
      const Item = { channel, connectionId: { S: connectionId }, expiresAt, connectedAt };
      text += `${JSON.stringify({ Item })}\n`;
    }
    yield text;
  }
}

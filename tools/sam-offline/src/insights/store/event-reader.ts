import { open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { type EventFile, listEventFiles } from './event-files.ts';
import { splitLines, type StoredLine } from './lines.ts';
import { fileOf, offsetIn, positionOf } from './position.ts';

const decompress = promisify(zstdDecompress);

const CHUNK_BYTES = 1024 * 1024;
/**
 * The size of the chunks of a compressed file, in bytes. It is large, since each chunk wakes
 * another thread and then this one.
 */
const DECOMPRESSED_CHUNK_BYTES = 16 * CHUNK_BYTES;

export interface ReadRange {
  /** The first position to read. */
  readonly from: number;
  /** The first position that is not read any more. */
  readonly to: number;
  /** Leaves out the files that were last written before this time, in ms since 1970. */
  readonly writtenSinceMs: number;
}

/**
 * Reads the lines of the files in a folder, oldest first, a part of a file at a time. It skips a
 * file that was removed meanwhile, and leaves out a line that is not yet complete.
 */
export async function* readLines(
  directory: string,
  { from, to, writtenSinceMs }: ReadRange,
): AsyncGenerator<readonly StoredLine[]> {
  for (const file of listEventFiles(directory)) {
    const start = positionOf(file.number, 0);
    if (file.number < fileOf(from) || start >= to || file.modifiedMs < writtenSinceMs) continue;
    const firstOffset = file.number === fileOf(from) ? offsetIn(from) : 0;
    const parts = file.isCompressed ? compressedFile(file) : plainFile(file, firstOffset);
    for await (const { offset, bytes } of parts) {
      const lines: StoredLine[] = [];
      splitLines(bytes, start + offset, (line) => {
        if (line.position >= from && line.position < to) lines.push(line);
      });
      if (lines.length > 0) yield lines;
    }
  }
}

interface Part {
  readonly offset: number;
  readonly bytes: Buffer;
}

async function* plainFile(file: EventFile, firstOffset: number): AsyncGenerator<Part> {
  const handle = await open(file.path).catch(() => undefined);
  if (handle === undefined) {
    // The file was compressed or removed after it was listed and before it was opened.
    yield* compressedFile({ ...file, path: `${file.path}.zst` });
    return;
  }
  try {
    let rest = Buffer.alloc(0);
    let offset = firstOffset;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, offset + rest.length);
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      const whole = bytes.lastIndexOf(10) + 1;
      if (whole > 0) yield { offset, bytes: bytes.subarray(0, whole) };
      rest = bytes.subarray(whole);
      offset += whole;
    }
  } finally {
    await handle.close();
  }
}

async function* compressedFile({ path }: EventFile): AsyncGenerator<Part> {
  const compressed = await readFile(path).catch(() => undefined);
  if (compressed === undefined) return;
  const bytes = await decompress(compressed, { chunkSize: DECOMPRESSED_CHUNK_BYTES });
  for (let offset = 0; offset < bytes.length;) {
    const limit = Math.min(bytes.length, offset + CHUNK_BYTES);
    const lineFeed = limit === bytes.length ? limit - 1 : bytes.lastIndexOf(10, limit - 1);
    // The line is longer than a chunk.
    const end = (lineFeed < offset ? bytes.indexOf(10, limit) : lineFeed) + 1;
    if (end <= offset) return;
    yield { offset, bytes: bytes.subarray(offset, end) };
    offset = end;
  }
}

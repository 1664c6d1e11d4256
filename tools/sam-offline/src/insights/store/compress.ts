import { open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { constants, createZstdCompress } from 'node:zlib';

/**
 * How many bytes of a file are read and compressed at a time. Each time wakes another thread and
 * then this one. A whole file at once would take memory for which V8 runs a full garbage
 * collection.
 */
const PART_BYTES = 1024 * 1024;
const SMALLEST_PART_BYTES = 4096;

/**
 * Replaces a finished file by a compressed one with the same time. That file has about a tenth of
 * the size.
 *
 * @returns the size of the compressed file in bytes
 */
export async function compress(path: string): Promise<number> {
  const { mtime, size } = await stat(path);
  const partBytes = Math.min(PART_BYTES, Math.max(SMALLEST_PART_BYTES, size));
  const compressor = createZstdCompress({
    chunkSize: partBytes,
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
  const file = await open(path);
  try {
    const compressed = compressor.toArray();
    // The promise may be rejected while nobody waits for it yet.
    compressed.catch(() => undefined);
    const part = Buffer.allocUnsafeSlow(partBytes);
    for (;;) {
      const { bytesRead } = await file.read(part, 0, partBytes);
      if (bytesRead === 0) break;
      await new Promise<void>((resolve, reject) => {
        compressor.write(part.subarray(0, bytesRead), (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
    compressor.end();
    const parts = (await compressed) as Buffer[];
    await writeFile(`${path}.tmp`, parts);
    await utimes(`${path}.tmp`, mtime, mtime);
    await rename(`${path}.tmp`, `${path}.zst`);
    await rm(path, { force: true });
    return parts.reduce((sum, { length }) => sum + length, 0);
  } finally {
    compressor.destroy();
    await file.close();
  }
}

import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Block } from './block-ring.ts';
import { compress } from './compress.ts';
import { fileName, listEventFiles, prepareDirectory } from './event-files.ts';
import { LineEncoder } from './line-encoder.ts';
import { fileOf, positionOf } from './position.ts';

export interface EventWriterOptions {
  /** The absolute path of the folder. */
  readonly directory: string;
  readonly clean: boolean;
  /** The most bytes of all files together. */
  readonly maximumBytes: number;
  /** The size, in bytes, at which a file is finished. */
  readonly fileBytes: number;
  /**
   * The first line of each file, so that each file can be read without the others. Undefined if
   * there is none.
   */
  readonly header: () => string | undefined;
  /** Is called when the disk does not take what is written, and again when it does. */
  readonly onStateChange: (problem: string | undefined) => void;
}

/** The most bytes that wait for the disk. Further lines are not written. */
const MAXIMUM_WAITING_BYTES = 32 * 1024 * 1024;
/** How long, in ms, to wait after a failed write before the next attempt. */
const RETRY_MS = 10_000;
/** The most files. Restarts leave small ones. */
const MAXIMUM_FILES = 500;

/** Writes blocks of lines to files one after another. Nobody has to wait for it. */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #encoder = new LineEncoder();
  #file: number;
  #offset = 0;
  #waiting: Block[] = [];
  #waitingBytes = 0;
  #working: Promise<void> | undefined;
  /** The write of the present blocks. */
  #pass: Promise<void> | undefined;
  #appended = 0;
  #settled = 0;
  /** All blocks before this position are on the disk, or were dropped. */
  #settledPosition = 0;
  #handle: { readonly file: number; readonly handle: FileHandle } | undefined;
  /** The bytes of each file by its number, oldest first. */
  readonly #sizes: Map<number, number>;
  /** The finished files that are not compressed, oldest first: most runs never need the space. */
  readonly #plain: Set<number>;
  #problem: string | undefined;
  #retryAt = 0;

  constructor(options: EventWriterOptions) {
    this.#options = options;
    let existing: ReturnType<typeof listEventFiles> = [];
    try {
      prepareDirectory(options.directory, options.clean);
      existing = listEventFiles(options.directory);
    } catch (error) {
      this.#fail(error);
    }
    this.#sizes = new Map(existing.map(({ number, bytes }) => [number, bytes]));
    const plain = existing.filter(({ isCompressed }) => !isCompressed);
    this.#plain = new Set(plain.map(({ number }) => number));
    this.#file = (existing.at(-1)?.number ?? 0) + 1;
  }

  /** The position at which this run begins. */
  get firstPosition(): number {
    return positionOf(this.#file, 0);
  }

  /** Gives lines, which have no line feeds, their positions, and writes them soon. */
  append(lines: Iterable<string>): Block {
    if (this.#offset >= this.#options.fileBytes) {
      this.#file += 1;
      this.#offset = 0;
    }
    const header = this.#offset === 0 ? this.#options.header() : undefined;
    if (header !== undefined) this.#encoder.add(header);
    for (const line of lines) this.#encoder.add(line);
    const block = { position: positionOf(this.#file, this.#offset), bytes: this.#encoder.take() };
    this.#offset += block.bytes.length;
    this.#enqueue(block);
    return block;
  }

  /** Reuses the memory of a dropped block, unless the block still has to be written. */
  reuse({ position, bytes }: Block): void {
    if (position < this.#settledPosition) this.#encoder.reuse(bytes);
  }

  /** Resolves when all lines so far are on the disk, or were dropped. */
  async flush(): Promise<void> {
    const appended = this.#appended;
    while (this.#pass !== undefined && this.#settled < appended) await this.#pass;
  }

  async close(): Promise<void> {
    await this.#working;
    await this.#handle?.handle.close().catch(() => undefined);
    this.#handle = undefined;
  }

  #enqueue(block: Block): void {
    if (this.#problem !== undefined && performance.now() < this.#retryAt) return;
    if (this.#waitingBytes + block.bytes.length > MAXIMUM_WAITING_BYTES) {
      this.#fail(new Error(`more than ${MAXIMUM_WAITING_BYTES} bytes wait to be written`));
      return;
    }
    this.#waiting.push(block);
    this.#waitingBytes += block.bytes.length;
    this.#appended += 1;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.#pass = undefined;
    });
  }

  async #work(): Promise<void> {
    for (let blocks = this.#waiting; blocks.length > 0; blocks = this.#waiting) {
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#pass = this.#writeAll(blocks);
      await this.#pass;
      this.#settled += blocks.length;
      this.#settledPosition = (blocks.at(-1)?.position ?? 0) + 1;
    }
  }

  async #writeAll(blocks: readonly Block[]): Promise<void> {
    try {
      for (const [file, parts] of Map.groupBy(blocks, ({ position }) => fileOf(position))) {
        await this.#write(file, parts);
      }
      if (this.#problem !== undefined) {
        this.#problem = undefined;
        this.#options.onStateChange(undefined);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #write(file: number, blocks: readonly Block[]): Promise<void> {
    if (this.#handle?.file !== file) {
      const finished = this.#handle;
      this.#handle = undefined;
      await finished?.handle.close();
      if (finished !== undefined) this.#plain.add(finished.file);
      const path = join(this.#options.directory, fileName(file));
      this.#handle = { file, handle: await open(path, 'a') };
    }
    const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
    await this.#makeRoom(bytes);
    const { bytesWritten } = await this.#handle.handle.writev(blocks.map((block) => block.bytes));
    this.#sizes.set(file, (this.#sizes.get(file) ?? 0) + bytesWritten);
    if (bytesWritten < bytes) throw new Error('the disk is full');
  }

  /**
   * Compresses the oldest files until there is enough space, and then removes the oldest. The file
   * that is being written stays as it is.
   */
  async #makeRoom(bytes: number): Promise<void> {
    const lacksSpace = (): boolean => {
      const total = [...this.#sizes.values()].reduce((sum, size) => sum + size, bytes);
      return total > this.#options.maximumBytes;
    };
    for (const file of this.#plain) {
      if (!lacksSpace()) break;
      this.#plain.delete(file);
      await this.#compress(file);
    }
    for (const file of this.#sizes.keys()) {
      const fits = !lacksSpace() && this.#sizes.size <= MAXIMUM_FILES;
      if (fits || file === this.#handle?.file) return;
      const path = join(this.#options.directory, fileName(file));
      await Promise.all([rm(path, { force: true }), rm(`${path}.zst`, { force: true })]);
      this.#sizes.delete(file);
      this.#plain.delete(file);
    }
  }

  async #compress(file: number): Promise<void> {
    const path = join(this.#options.directory, fileName(file));
    try {
      this.#sizes.set(file, await compress(path));
    } catch {
      // The plain file stays, and is read too.
      await rm(`${path}.tmp`, { force: true });
    }
  }

  /**
   * Reports one warning, however many writes fail. Facts are then kept in memory, and a new file is
   * tried later.
   */
  #fail(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    this.#settled += this.#waiting.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#retryAt = performance.now() + RETRY_MS;
    const { handle } = this.#handle ?? {};
    this.#handle = undefined;
    handle?.close().catch(() => undefined);
    // A line may have been cut off, so nothing is written after it.
    this.#file += 1;
    this.#offset = 0;
    if (this.#problem === undefined) this.#options.onStateChange(problem);
    this.#problem = problem;
  }
}

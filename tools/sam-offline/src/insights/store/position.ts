/**
 * The place in the files at which a line of JSON begins: the number of the file, and the offset in
 * the uncompressed file. Positions grow, and are whole numbers below 2^53.
 */
const FILE = 2 ** 32;

/**
 * The position of a line.
 *
 * @param file the number of the file
 * @param offset bytes from the start of the uncompressed file
 */
export function positionOf(file: number, offset: number): number {
  return file * FILE + offset;
}

/** The number of the file that a position is in. */
export function fileOf(position: number): number {
  return Math.floor(position / FILE);
}

/** The offset in its uncompressed file of a position, in bytes. */
export function offsetIn(position: number): number {
  return position % FILE;
}

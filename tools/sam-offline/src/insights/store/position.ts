/**
 * The place in the files at which a line of JSON begins: the number of the file, and the offset in
 * the uncompressed file. Positions grow, and are whole numbers below 2^53.
 */
const FILE = 2 ** 32;

export function positionOf(file: number, offset: number): number {
  return file * FILE + offset;
}

export function fileOf(position: number): number {
  return Math.floor(position / FILE);
}

export function offsetIn(position: number): number {
  return position % FILE;
}

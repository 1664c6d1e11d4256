/**
 * Where a line of JSON begins in the files: the file's number, and the offset in it before it is
 * compressed. Positions grow, and are whole numbers below 2^53.
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

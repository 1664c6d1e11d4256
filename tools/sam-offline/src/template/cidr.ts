/**
 * Evaluates `Fn::Cidr` for IPv4. It gives the first `count` blocks of 2^`bits` addresses in
 * `block`.
 *
 * @param block the block to divide, such as `10.0.0.0/16`
 * @returns undefined if the block is malformed or too small
 */
export function cidrBlocks(block: string, count: number, bits: number): string[] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  const size = 2 ** bits;
  const available = 2 ** (32 - (prefix ?? 32));
  if (!Number.isInteger(count) || count < 1 || count > 256) return undefined;
  if (!Number.isInteger(bits) || bits < 1 || size * count > available) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const start = address - (address % available);
  return Array.from({ length: count }, (_, index) => {
    const first = start + index * size;
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
    return `${octets.join('.')}/${32 - bits}`;
  });
}

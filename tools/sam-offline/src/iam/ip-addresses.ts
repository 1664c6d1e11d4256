import { BlockList, isIP } from 'node:net';

/**
 * Compiles an IP address or a CIDR range (`203.0.113.0/24`, `2001:db8::/32`).
 *
 * @returns a test for addresses; undefined if the text is neither
 */
export function compileAddressTest(text: string): ((value: string) => boolean) | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d+$/.test(bits) || Number(bits) > most)) return undefined;
  const range = new BlockList();
  range.addSubnet(address, bits === undefined ? most : Number(bits), family);
  return (value) => isIP(value) === version && range.check(value, family);
}

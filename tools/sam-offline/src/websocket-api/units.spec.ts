import fc from 'fast-check';
import { FrameSizeGuard } from './frames.ts';
import { isConnectionId, newGatewayId } from '../ids/index.ts';

describe('ids', () => {
  it('are in API Gateway’s form, and no two are the same', () => {
    const ids = new Set(Array.from({ length: 5000 }, newGatewayId));
    expect(ids.size).toBe(5000);
    expect([...ids].every(isConnectionId)).toBe(true);
  });
});

/** A masked frame of a client. */
function frame(opcode: number, length: number): Buffer {
  const header =
    length < 126
      ? [0x80 | length]
      : length < 65_536
        ? [0xfe, length >> 8, length & 0xff]
        : [0xff, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...header]), Buffer.alloc(4 + length, 0xff)]);
}

describe('FrameSizeGuard', () => {
  it('finds the frame that is too big, wherever the stream is cut', () => {
    const length = fc.oneof(
      fc.nat(200),
      fc.constantFrom(125, 126, 65_535, 65_536, 999, 1000, 1001),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 2), length), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 700 }),
        (frames, step) => {
          const guard = new FrameSizeGuard(1000);
          const bytes = Buffer.concat(frames.map(([opcode, size]) => frame(opcode, size)));
          let accepted = true;
          for (let at = 0; at < bytes.length && accepted; at += step) {
            accepted = guard.accepts(bytes.subarray(at, at + step));
          }
          expect(accepted).toBe(frames.every(([, size]) => size <= 1000));
        },
      ),
      { numRuns: 300 },
    );
  });
});

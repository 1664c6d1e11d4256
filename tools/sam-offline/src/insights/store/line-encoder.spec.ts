import { LineEncoder } from './line-encoder.ts';

const encode = (encoder: LineEncoder, ...lines: string[]): string => {
  for (const line of lines) encoder.add(line);
  return encoder.take().toString();
};

describe('lines as bytes', () => {
  it('end with a line feed each', () => {
    expect(encode(new LineEncoder(), 'one', '', 'two')).toBe('one\n\ntwo\n');
  });

  it('are in UTF-8', () => {
    const text = 'für 読者 🎉';
    expect(encode(new LineEncoder(), text)).toBe(`${text}\n`);
  });

  it('are returned once', () => {
    const encoder = new LineEncoder();
    expect(encode(encoder, 'one')).toBe('one\n');
    expect(encode(encoder, 'two')).toBe('two\n');
    expect(encode(encoder)).toBe('');
  });

  it('do not change when more is written', () => {
    const encoder = new LineEncoder();
    encoder.add('one');
    const first = encoder.take();
    encode(encoder, 'x'.repeat(1000));
    expect(first.toString()).toBe('one\n');
  });

  it('are whole in a block that is larger than the memory that was taken for it', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index} ${'ü'.repeat(100)}`);
    expect(encode(new LineEncoder(), ...lines)).toBe(`${lines.join('\n')}\n`);
  });

  it('may each be larger than that', () => {
    const line = 'x'.repeat(1_000_000);
    expect(encode(new LineEncoder(), 'before', line, 'behind')).toBe(`before\n${line}\nbehind\n`);
  });

  it('come into memory that was given back', () => {
    const encoder = new LineEncoder();
    const large = 'x'.repeat(80_000);
    encoder.add(large);
    const first = encoder.take();
    encoder.add(large);
    const second = encoder.take();
    encoder.reuse(first);
    encoder.add(large);
    const third = encoder.take();
    expect(second.buffer).not.toBe(first.buffer);
    expect(third.buffer).toBe(first.buffer);
    expect(third.toString()).toBe(`${large}\n`);
  });
});

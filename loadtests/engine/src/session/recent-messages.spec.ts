import { RecentMessages, viewOf } from './recent-messages.ts';

const read = (recent: RecentMessages, bytes: Buffer, from = 0, to = bytes.length) =>
  recent.read(bytes, viewOf(bytes), from, to);

it('returns the same buffer for the same bytes, wherever they are', () => {
  const recent = new RecentMessages();
  const first = read(recent, Buffer.from('message'));
  expect(first?.toString()).toBe('message');
  expect(read(recent, Buffer.from('message'))).toBe(first);
  for (const before of ['-', '--', '---', '----']) {
    const bytes = Buffer.from(`${before}message-`);
    expect(read(recent, bytes, before.length, bytes.length - 1)).toBe(first);
  }
});

it('tells messages apart that differ in one byte, or in their length', () => {
  const recent = new RecentMessages();
  const text = '0123456789';
  const messages = Array.from(text, (_, at) => `${text.slice(0, at)}x${text.slice(at + 1)}`);
  for (const message of [...messages, text.slice(1), `${text}0`, '', text]) {
    expect(read(recent, Buffer.from(message))?.toString()).toBe(message);
  }
});

it('remembers messages that alternate, and forgets them after others', () => {
  const recent = new RecentMessages();
  const [one, two] = [read(recent, Buffer.from('one')), read(recent, Buffer.from('two'))];
  expect(read(recent, Buffer.from('one'))).toBe(one);
  expect(read(recent, Buffer.from('two'))).toBe(two);
  for (let number = 0; number < 100; number += 1) read(recent, Buffer.from(String(number)));
  const again = read(recent, Buffer.from('one'));
  expect(again).not.toBe(one);
  expect(again?.toString()).toBe('one');
});

it('keeps a message when the buffer that it came in is overwritten', () => {
  const recent = new RecentMessages();
  const bytes = Buffer.from('message');
  const message = read(recent, bytes);
  bytes.fill('x');
  expect(message?.toString()).toBe('message');
  expect(read(recent, bytes)?.toString()).toBe('xxxxxxx');
});

it('refuses bytes that are not UTF-8, each time', () => {
  const recent = new RecentMessages();
  for (let time = 0; time < 2; time += 1) {
    expect(read(recent, Buffer.from([0xc3, 0x28]))).toBeUndefined();
  }
});

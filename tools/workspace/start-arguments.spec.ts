import { parseStartArguments } from './start-arguments.ts';

test.each([
  [[], { webPort: 3000, isHelp: false, forStack: [] }],
  [['--web-port', '8000', '--clean'], { webPort: 8000, isHelp: false, forStack: ['--clean'] }],
  [['--clean', '--web-port=8000'], { webPort: 8000, isHelp: false, forStack: ['--clean'] }],
  [
    ['--no-web', '--http-port', '8080'],
    { webPort: undefined, isHelp: false, forStack: ['--http-port', '8080'] },
  ],
  [['-h'], { webPort: 3000, isHelp: true, forStack: ['-h'] }],
])('reads its own options from %j, and passes on the others', (args, expected) => {
  expect(parseStartArguments(args)).toEqual(expected);
});

test.each([['0'], ['65536'], ['http'], ['']])('refuses the port "%s"', (port) => {
  expect(() => parseStartArguments([`--web-port=${port}`])).toThrow(
    `--web-port takes a port from 1 to 65535, and was given "${port}"`,
  );
});

test('refuses --web-port without a port', () => {
  expect(() => parseStartArguments(['--web-port'])).toThrow('was given ""');
});

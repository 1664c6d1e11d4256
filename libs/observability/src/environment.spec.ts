import {
  EnvironmentError,
  commonEnvironment,
  integer,
  oneOf,
  optional,
  readEnvironment,
  text,
  url,
  withDefault,
} from './environment.ts';

test('reads what a function needs', () => {
  const shape = {
    ...commonEnvironment,
    TABLE: text,
    ENDPOINT: optional(url),
    API: url,
    SHARDS: integer({ min: 1, max: 8 }),
  };
  const source = {
    ENVIRONMENT: 'staging',
    TABLE: ' posts ',
    API: 'https://api.example/stage/',
    SHARDS: '8',
    OTHER: 'ignored',
  };
  expect(readEnvironment(shape, source)).toEqual({
    ENVIRONMENT: 'staging',
    LOG_LEVEL: 'INFO',
    LOG_DEBUG_RATE: 0,
    TABLE: 'posts',
    ENDPOINT: undefined,
    API: 'https://api.example/stage',
    SHARDS: 8,
  });
});

test('names every missing and malformed variable in one message, and no value', () => {
  const shape = {
    TABLE: text,
    EMPTY: text,
    API: url,
    SHARDS: integer({ min: 1, max: 8 }),
    MODE: oneOf('on', 'off'),
  };
  const read = (): unknown =>
    readEnvironment(shape, { EMPTY: '  ', API: 's3cret', SHARDS: '9', MODE: 'maybe' });

  expect(read).toThrow(
    new EnvironmentError([
      { variable: 'TABLE', problem: 'is missing' },
      { variable: 'EMPTY', problem: 'is missing' },
      { variable: 'API', problem: 'is not an absolute URL' },
      { variable: 'SHARDS', problem: 'is not a whole number from 1 to 8' },
      { variable: 'MODE', problem: 'is not one of on, off' },
    ]),
  );
  expect(read).not.toThrow(/s3cret|maybe/);
});

test.each(['not a url', '/relative', 'ftp://host', 'javascript:alert(1)'])(
  '%s is not an absolute URL',
  (value) => {
    expect(() => readEnvironment({ API: url }, { API: value })).toThrow(
      'API is not an absolute URL',
    );
  },
);

test.each(['0', '9', '-1', '1.5', '1e0', 'one', ''])(
  '%j is not a whole number from 1 to 8',
  (value) => {
    const shape = { SHARDS: integer({ min: 1, max: 8 }) };
    expect(() => readEnvironment(shape, { SHARDS: value })).toThrow(EnvironmentError);
  },
);

test('a malformed variable with a default is an error, not the default', () => {
  const shape = { LOG_LEVEL: withDefault(oneOf('INFO'), 'INFO') };
  expect(() => readEnvironment(shape, { LOG_LEVEL: 'LOUD' })).toThrow(EnvironmentError);
});

test('an optional variable that is malformed is an error too', () => {
  expect(() => readEnvironment({ API: optional(url) }, { API: 'x' })).toThrow(EnvironmentError);
});

import { compileFormat, type ContextVariables } from './format.ts';

interface Entry {
  readonly status: number;
  readonly agent?: string;
}

const variables: ContextVariables<Entry> = (name) => {
  switch (name) {
    case 'status':
      return ({ status }) => status;
    case 'identity.userAgent':
    case 'error.messageString':
      return ({ agent }) => agent;
    default:
      return undefined;
  }
};

function render(format: string, entry: Entry): string {
  return compileFormat(format, variables)(entry);
}

it('replaces variables with their values and keeps the text between them', () => {
  const format = '$context.identity.userAgent "GET" $context.status, $context.status.';
  expect(render(format, { status: 200, agent: 'curl/8' })).toBe('curl/8 "GET" 200, 200.');
});

it('writes a dash for a variable that is unknown, absent or empty', () => {
  const format =
    '$context.nothing.such $context.identity.userAgent $context.toString $request.body';
  expect(render(format, { status: 200 })).toBe('- - - $request.body');
  expect(render(format, { status: 200, agent: '' })).toBe('- - - $request.body');
});

it('does not read the beginning of a longer name as a shorter variable', () => {
  expect(render('$context.statuses $context.status.code', { status: 200 })).toBe('- -');
});

it('escapes values in JSON, so that each line is JSON', () => {
  const agent = 'a "quoted" \\ and\nbroken';
  const format = '{"status":$context.status,"agent":"$context.identity.userAgent"}';
  expect(JSON.parse(render(format, { status: 200, agent }))).toEqual({ status: 200, agent });
  expect(render('$context.identity.userAgent', { status: 200, agent })).toBe(agent);
});

it('adds quotation marks to the message string', () => {
  const format = '{"error":$context.error.messageString}';
  expect(render(format, { status: 500, agent: 'of "it"' })).toBe(String.raw`{"error":"of \"it\""}`);
  expect(render(format, { status: 200 })).toBe('{"error":-}');
});

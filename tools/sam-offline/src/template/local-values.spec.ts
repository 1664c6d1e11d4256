import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadText } from './testing/load-text.ts';
import type { Stack } from './model.ts';

const directory = mkdtempSync(join(tmpdir(), 'sam-offline-values-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function load(value: string, values?: string): Stack {
  const valuesPath = join(directory, 'values.yaml');
  if (values !== undefined) writeFileSync(valuesPath, values);
  return loadText(
    `Parameters: { Host: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /host } }
Resources:
  Queue: { Type: AWS::SQS::Queue }
Outputs: { Value: { Value: ${value} } }`,
    values === undefined ? {} : { valuesPath },
  );
}

const values = `
parameters: { /host: db.local, /list: [a, b] }
secrets: { db: { user: u, port: 5432 }, token: t-1 }
exports: { network-Vpc: vpc-1 }
`;
const secretArn = 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret';

describe('a value from outside of the stack', () => {
  it.each([
    ["'{{resolve:ssm:/host}}'", 'db.local'],
    ["'a {{resolve:ssm:/host:3}} {{resolve:ssm-secure:/host}} b'", 'a db.local db.local b'],
    ["!Sub ['{{resolve:ssm:/${Part}}}', { Part: host }]", 'db.local'],
    ["!Join ['', ['{{resolve:ssm:/', host, '}}']]", 'db.local'],
    ["'{{resolve:ssm:/list}}'", 'a,b'],
    ["'{{resolve:secretsmanager:db:SecretString:user}}'", 'u'],
    ["'{{resolve:secretsmanager:db:SecretString:port::}}'", '5432'],
    ["'{{resolve:secretsmanager:db}}'", '{"user":"u","port":5432}'],
    ["'{{resolve:secretsmanager:token:SecretString}}'", 't-1'],
    [`'{{resolve:secretsmanager:${secretArn}:db-AbCdEf:SecretString:user}}'`, 'u'],
    ['!ImportValue network-Vpc', 'vpc-1'],
    ['!Ref Host', 'db.local'],
  ])('%s is %s', (value, expected) => {
    const stack = load(value, values);
    expect(stack.outputs.Value).toBe(expected);
    expect(stack.warnings).toEqual([]);
  });

  it.each([
    ["'{{resolve:ssm:/other}}'", '{{resolve:ssm:/other}}', 'under `parameters`'],
    [
      "'{{resolve:secretsmanager:db:SecretString:none}}'",
      '{{resolve:secretsmanager:db:SecretString:none}}',
      'under `secrets`',
    ],
    ['!ImportValue other', 'imported-other', 'under `exports`'],
  ])(
    '%s stays %s without a value in the file, and a warning says how to set it',
    (value, expected, where) => {
      const stack = load(value, values);
      expect(stack.outputs.Value).toBe(expected);
      expect(stack.warnings).toEqual([
        {
          property: expect.stringMatching(/^Outputs\.Value\.Value/),
          message: expect.stringContaining(where),
        },
      ]);
    },
  );

  it('is not looked for in another place', () => {
    expect(load('!Ref Host').outputs.Value).toBe('/host');
  });

  it('is rejected under another name', () => {
    expect(() => load('a', 'parameter: {}')).toThrow(
      /values\.yaml:1:1 parameter: expected one of parameters, secrets, exports/,
    );
  });
});

import { recordEvents } from '../events/testing/record-events.ts';
import { loadText } from '../template/testing/load-text.ts';
import type { EnforcementMode } from '../iam/index.ts';
import { enforcePermissions } from './permissions.ts';

/** A function with one statement of its own, given as lines of YAML. */
const template = (...statement: string[]) => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Posts: { Type: AWS::Serverless::SimpleTable, Properties: { TableName: posts } }
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Handler: index.handler
      Runtime: nodejs24.x
      Policies:
        - Statement:
${statement.map((line) => `            ${line}`).join('\n')}
`;

const reader = {
  name: 'Reader',
  arn: 'arn:aws:sts::123456789012:assumed-role/Reader-role/Reader',
};

/** The warnings at the start, and whether the function may read the table. */
function start(...statement: string[]): { warnings: string[]; denial: string | undefined } {
  const events = recordEvents();
  const permissions = enforcePermissions(loadText(template(...statement)), 'enforce', events.bus);
  const input = { TableName: 'posts', Key: { id: { S: '1' } } };
  const denial = permissions.refuseCall(reader, () => ({
    service: 'dynamodb',
    operation: 'GetItem',
    input,
  }));
  return { warnings: events.warnings, denial: denial?.message };
}

const ALLOWED = ['- Effect: Allow', '  Action: dynamodb:GetItem', '  Resource: !GetAtt Posts.Arn'];

describe('the permissions of a function', () => {
  it('are those of its statements', () => {
    expect(start(...ALLOWED)).toEqual({ warnings: [], denial: undefined });
  });

  it('warn of a misspelt action, which allows nothing', () => {
    const { warnings, denial } = start(
      '- Effect: Allow',
      '  Action: dynamodb:GetItme',
      '  Resource: !GetAtt Posts.Arn',
    );
    expect(warnings).toEqual([
      expect.stringMatching(
        /statement 0: AWS has no action dynamodb:GetItme; did you mean `GetItem`\?$/,
      ),
    ]);
    expect(denial).toMatch(/no identity-based policy allows the dynamodb:GetItem action/);
  });

  it('warn of a Resource that is a Ref to a table, which is a name and no ARN', () => {
    const { warnings, denial } = start(
      '- Effect: Allow',
      '  Action: dynamodb:GetItem',
      '  Resource: !Ref Posts',
    );
    expect(warnings).toEqual([
      expect.stringMatching(/Resource "posts" is not understood; expected an ARN or \*/),
    ]);
    expect(denial).toBeDefined();
  });

  it('warn of a condition operator that AWS does not have', () => {
    const { warnings, denial } = start(
      ...ALLOWED,
      '  Condition: { StringMatches: { aws:RequestedRegion: ap-northeast-1 } }',
    );
    expect(warnings).toEqual([
      expect.stringMatching(/"StringMatches" is not a condition operator/),
    ]);
    expect(denial).toBeDefined();
  });

  it('do not match by a policy variable that has no value', () => {
    const { denial } = start(
      ...ALLOWED,
      '  Condition:',
      "    ForAllValues:StringEquals: { 'dynamodb:LeadingKeys': ['${aws:username}'] }",
    );
    expect(denial).toBeDefined();
  });

  it.each([
    ['everything but reading', 'dynamodb:GetItem', undefined],
    ['everything but writing', 'dynamodb:PutItem', expect.stringMatching(/explicit deny/)],
  ])('are cut by a Deny with NotAction: %s', (_name, action, denial) => {
    const statements = [...ALLOWED, '- Effect: Deny', `  NotAction: ${action}`, "  Resource: '*'"];
    expect(start(...statements).denial).toEqual(denial);
  });
});

describe('a template that has no permissions', () => {
  const sketch = template().replace(/ {6}Policies:[^]*$/, '');
  const call = {
    service: 'dynamodb',
    operation: 'GetItem',
    input: { TableName: 'posts', Key: {} },
  };

  /** Whether a call without permission is refused, and the warnings about it. */
  function withMode(text: string, mode?: EnforcementMode) {
    const events = recordEvents();
    const permissions = enforcePermissions(loadText(text), mode, events.bus);
    const isRefused = permissions.refuseCall(reader, () => call) !== undefined;
    return { isRefused, told: events.of('permission.denied').length, warnings: events.warnings };
  }

  it('is served nevertheless, with a warning at the start and at each call that AWS would deny', () => {
    expect(withMode(sketch)).toEqual({
      ...{ isRefused: false, told: 1 },
      warnings: [expect.stringMatching(/^warn: The template has no permissions/)],
    });
  });

  it('is refused when enforcement is asked for', () => {
    expect(withMode(sketch, 'enforce')).toEqual({ isRefused: true, told: 1, warnings: [] });
  });

  it.each([
    ['policies of a function', template('- { Effect: Deny, Action: "s3:*", Resource: "*" }')],
    [
      'a role that it names',
      `${sketch}      Role: !GetAtt Mine.Arn\n  Mine: { Type: AWS::IAM::Role }\n`,
    ],
    [
      'a right to invoke',
      `${sketch}  May: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref Reader, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com } }\n`,
    ],
    [
      'a connector',
      `${sketch}    Connectors: { Posts: { Properties: { Destination: { Id: Posts }, Permissions: [Write] } } }\n`,
    ],
  ])('is not one that has %s', (_, text) => {
    expect(withMode(text).warnings).not.toContainEqual(expect.stringMatching(/says nothing/));
  });
});

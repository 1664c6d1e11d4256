import { loadText, problemsOf } from './testing/load-text.ts';

const template = (definition: string): string => `
Parameters:
  Value: ${definition}
Resources:
  Queue: { Type: AWS::SQS::Queue }
Outputs:
  Result: { Value: !Ref Value }
`;

const resolve = (definition: string, value?: string): string | undefined =>
  loadText(template(definition), {
    parameterOverrides: value === undefined ? {} : { Value: value },
  }).outputs.Result;

describe('parameters', () => {
  it.each([
    ['{ Type: String, Default: a }', undefined, 'a'],
    ['{ Type: String, Default: "" }', undefined, ''],
    ['{ Type: String, Default: a }', 'b', 'b'],
    ['{ Type: Number, Default: 1.50 }', undefined, '1.50'],
    ['{ Type: CommaDelimitedList, Default: "a, b" }', undefined, 'a,b'],
    ['{ Type: List<Number>, Default: "1,2" }', '3', '3'],
    ['{ Type: String, AllowedValues: [a, b] }', 'b', 'b'],
    ['{ Type: String, AllowedPattern: "[a-z]+" }', 'abc', 'abc'],
    ['{ Type: Number, MinValue: 1, MaxValue: 3 }', '3', '3'],
    ['{ Type: String, MinLength: 2, MaxLength: 3 }', 'ab', 'ab'],
    ['{ Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b }', undefined, '/a/b'],
    ['{ Type: "AWS::EC2::VPC::Id" }', undefined, 'value-placeholder'],
    ['{ Type: "List<AWS::EC2::Subnet::Id>" }', 'subnet-1,subnet-2', 'subnet-1,subnet-2'],
  ])('resolves %s given %s', (definition, value, expected) => {
    expect(resolve(definition, value)).toBe(expected);
  });

  it.each([
    ['{ Type: String }', undefined, 'has no Default: give it a value (Value=…)'],
    ['{ Type: String, AllowedValues: [a, b] }', 'c', 'expected one of a, b, got "c"'],
    [
      '{ Type: String, AllowedPattern: "[a-z]+", ConstraintDescription: letters }',
      'a1',
      'expected text that matches [a-z]+, got "a1" (letters)',
    ],
    ['{ Type: Number, Default: lots }', undefined, 'expected a number, got "lots"'],
    ['{ Type: Number, MinValue: 2 }', '1', 'expected a number of at least 2, got "1"'],
    ['{ Type: Number, MaxValue: 2 }', '3', 'expected a number of at most 2, got "3"'],
    ['{ Type: String, MinLength: 3 }', 'ab', 'expected at least 3 characters, got "ab"'],
    ['{ Type: String, MaxLength: 1 }', 'ab', 'expected at most 1 characters, got "ab"'],
    ['{ Type: List<Number>, Default: "1,x" }', undefined, 'expected a number, got "x"'],
    ['{ Type: Text, Default: a }', undefined, 'expected a type such as String'],
    ['{ Type: String, Defualt: a }', 'a', 'did you mean `Default`?'],
  ])('rejects %s given %s', (definition, value, message) => {
    const parameterOverrides = value === undefined ? {} : { Value: value };
    expect(problemsOf(template(definition), { parameterOverrides }).join('\n')).toContain(message);
  });

  it('rejects an override of a parameter that does not exist', () => {
    const problems = problemsOf(template('{ Type: String, Default: a }'), {
      parameterOverrides: { Valu: 'b' },
    });
    expect(problems).toEqual([
      'template.yaml: there is no parameter `Valu` to override; did you mean `Value`?',
    ]);
  });

  it('warns about values that AWS would look up', () => {
    const { warnings } = loadText(
      template('{ Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b }'),
    );
    expect(warnings).toMatchObject([{ property: 'Parameters.Value' }]);
  });
});

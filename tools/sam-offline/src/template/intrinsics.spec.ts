import { loadText, problemsOf } from './testing/load-text.ts';

/** Makes a stack with one of each kind that a template can refer to. */
function template(value: string): string {
  return `
Transform: AWS::LanguageExtensions
Parameters:
  Name: { Type: String, Default: stock }
  Zones: { Type: CommaDelimitedList, Default: 'a, b ,c' }
  Count: { Type: Number, Default: 3 }
Mappings:
  Sizes:
    development: { Memory: 256, Zones: [x, y] }
    production: { Memory: 1024 }
Conditions:
  IsStock: !Equals [!Ref Name, stock]
  IsShop: !Equals [!Ref Name, shop]
  Both: !And [!Condition IsStock, !Condition IsShop]
  Either: !Or [!Condition IsStock, !Condition IsShop]
  NotBlog: !Not [!Condition IsStock]
  CountIsThree: !Equals [!Ref Count, 3]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Sub '\${Name}-queue' }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: posts
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Stream:
    Type: AWS::Kinesis::Stream
Outputs:
  Result: { Value: ${value} }
`;
}

const resolve = (value: string): string | undefined => loadText(template(value)).outputs.Result;

describe('intrinsic functions', () => {
  it.each([
    ['!Ref Name', 'stock'],
    ['!Ref Count', '3'],
    ['!Ref Zones', 'a,b,c'],
    ['!Ref Queue', 'https://sqs.ap-northeast-1.amazonaws.com/123456789012/stock-queue'],
    ['!Ref Table', 'posts'],
    ['!Ref AWS::Region', 'ap-northeast-1'],
    ['!Ref AWS::AccountId', '123456789012'],
    ['!Ref AWS::StackName', 'demo'],
    ['!Ref AWS::Partition', 'aws'],
    ['!Ref AWS::URLSuffix', 'amazonaws.com'],
    ['!Join ["", !Ref AWS::NotificationARNs]', ''],
    ['!GetAtt Queue.Arn', 'arn:aws:sqs:ap-northeast-1:123456789012:stock-queue'],
    ['{ "Fn::GetAtt": [Table, Arn] }', 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/posts'],
    ['{ "Fn::GetAtt": Queue.QueueName }', 'stock-queue'],
    ['!Sub "${Name}/${AWS::Region}/${Queue.QueueName}"', 'stock/ap-northeast-1/stock-queue'],
    ['!Sub "${!Literal} ${ Name }"', '${Literal} stock'],
    ['!Sub ["${Name}-${Own}", { Own: !Ref Count }]', 'stock-3'],
    ['!Sub ["${Name}", { Name: own }]', 'own'],
    ['!Join ["-", [a, !Ref Name, !Ref Count]]', 'a-stock-3'],
    ['!Join ["/", !Ref Zones]', 'a/b/c'],
    ['!If [IsStock, yes it is, no]', 'yes it is'],
    ['!If [IsShop, "yes", "no"]', 'no'],
    ['!If [Both, "yes", "no"]', 'no'],
    ['!If [Either, "yes", "no"]', 'yes'],
    ['!If [NotBlog, "yes", "no"]', 'no'],
    ['!If [CountIsThree, "yes", "no"]', 'yes'],
    ['!Join [",", [a, !If [IsShop, b, !Ref AWS::NoValue], c]]', 'a,c'],
    ['!Select [1, [a, b, c]]', 'b'],
    ['!Select ["0", !Ref Zones]', 'a'],
    ['!Select [2, !Split ["-", "a-b-c"]]', 'c'],
    ['!FindInMap [Sizes, production, Memory]', '1024'],
    ['!Join ["", !FindInMap [Sizes, development, Zones]]', 'xy'],
    ['{ "Fn::FindInMap": [Sizes, staging, Memory, { DefaultValue: 512 }] }', '512'],
    ['!Base64 hello', 'aGVsbG8='],
    ['!Select [0, !GetAZs ""]', 'ap-northeast-1a'],
    ['!Select [1, !GetAZs us-east-1]', 'us-east-1b'],
    ['!Select [2, !Cidr [10.1.0.0/16, 4, 8]]', '10.1.2.0/24'],
    ['{ "Fn::Length": !Ref Zones }', '3'],
    ['{ "Fn::ToJsonString": { a: !Ref Name, b: [1] } }', '{"a":"stock","b":[1]}'],
    ['!ImportValue SharedVpc', 'imported-SharedVpc'],
    ['!Select [0, !Split [":", !GetAtt Stream.Arn]]', 'arn'],
  ])('resolves %s', (expression, expected) => {
    expect(resolve(expression)).toBe(expected);
  });

  it('removes an output whose value is AWS::NoValue', () => {
    expect(loadText(template('!Ref AWS::NoValue')).outputs).toEqual({});
  });

  it('warns about an imported value and a transform', () => {
    const { warnings } = loadText(
      template('!Join ["", [!ImportValue Vpc, !If [IsStock, "", !Ref Name]]]'),
    );
    expect(warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('no value for the export Vpc, so `imported-Vpc` is used instead'),
    );
  });

  it.each([
    ['!Select [5, [a]]', 'expected an index from 0 to 0, got 5'],
    ['!Select [0, text]', 'expected a list, got "text"'],
    ['!Join [",", text]', 'expected a list, got "text"'],
    ['!Join [[a]]', 'expected a delimiter and a list, got [["a"]]'],
    ['!Sub ["${A}", text]', 'expected text, or a list of text and a map of variables'],
    ['!Sub "${Zones}"', 'expected text for ${Zones}, got ["a","b","c"]'],
    ['!Split [",", [a]]', 'expected text to split, got ["a"]'],
    ['!FindInMap [Sizs, a, b]', 'there is no `Sizs` in Mappings; did you mean `Sizes`?'],
    ['!FindInMap [Sizes, prod, b]', 'there is no `prod` in Mappings.Sizes'],
    ['!FindInMap [Sizes, production, Memry]', 'did you mean `Memory`?'],
    ['!GetAtt Queue.Ar', 'AWS::SQS::Queue has no attribute `Ar`; did you mean `Arn`?'],
    ['!GetAtt Queue', 'expected a logical id and an attribute'],
    ['!Cidr [nonsense, 1, 8]', 'expected an IPv4 block'],
    ['!If [IsStock, a]', 'expected a condition, a value when it is true and one when it is false'],
    ['!Equals [a, b]', 'Fn::Equals can only be used in Conditions'],
    ['!Jion ["", []]', 'unknown function Fn::Jion; did you mean `Fn::Join`?'],
    ['{ Ref: [a] }', 'expected a name, got ["a"]'],
  ])('refuses %s', (expression, message) => {
    expect(problemsOf(template(expression)).join('\n')).toContain(message);
  });

  it('only warns if it splits a value that is not AWS’s', () => {
    const { outputs, warnings } = loadText(
      template('!Select [9, !Split [":", !GetAtt Stream.Arn]]'),
    );
    expect(outputs).toEqual({ Result: 'unknown' });
    expect(warnings.map(({ property }) => property)).toContain('Outputs.Result.Value.Fn::Select');
  });
});

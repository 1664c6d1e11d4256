import { loadText, problemsOf } from './testing/load-text.ts';

const template = (rest: string): string =>
  `Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: { Names: { Type: CommaDelimitedList, Default: 'a-1,b-2' } }
Mappings: { Region: { ap-northeast-1: { Zones: [x, y] } } }
${rest}`;

const queues = `Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue&{Name}:
        Type: AWS::SQS::Queue
        Properties: { QueueName: !Sub '\${AWS::StackName}-\${Name}', DelaySeconds: 1 }
`;

describe('Fn::ForEach', () => {
  it('makes a resource for each item of a parameter, and outputs for them', () => {
    const stack = loadText(
      template(`${queues}
Outputs:
  Fn::ForEach::Urls:
    - Name
    - [a-1, b-2]
    - Url&{Name}: { Value: !GetAtt [!Sub 'Queue\${Item}', QueueName] }
`).replace("'Queue${Item}'", "['Queue${Item}', { Item: !Join ['', !Split ['-', !Ref Name]] }]"),
    );
    expect(stack.queues.map(({ logicalId, queueName }) => [logicalId, queueName])).toEqual([
      ['Queuea1', 'demo-a-1'],
      ['Queueb2', 'demo-b-2'],
    ]);
    expect(stack.outputs).toEqual({ Urla1: 'demo-a-1', Urlb2: 'demo-b-2' });
  });

  it('repeats properties, with a list of a mapping, and within another loop', () => {
    const stack = loadText(
      template(`Resources:
  Fn::ForEach::Outer:
    - Zone
    - !FindInMap [Region, !Ref AWS::Region, Zones]
    - Fn::ForEach::Inner:
        - Kind
        - [In, Out]
        - Queue\${Zone}\${Kind}:
            Type: AWS::SQS::Queue
            Properties:
              Fn::ForEach::Seconds:
                - Property
                - [DelaySeconds, VisibilityTimeout]
                - \${Property}: 7
              QueueName: !Sub \${Kind}\${Zone}
`),
    );
    expect(stack.queues.map(({ queueName }) => queueName)).toEqual(['Inx', 'Outx', 'Iny', 'Outy']);
    expect(stack.queues[0]?.attributes).toMatchObject({
      DelaySeconds: '7',
      VisibilityTimeout: '7',
    });
  });

  it('reports what is wrong with a loop', () => {
    const broken = queues.replace('!Ref Names', '!Ref Nemas');
    expect(problemsOf(template(broken))).toEqual([
      expect.stringContaining('expected at least one resource'),
      expect.stringMatching(/^template\.yaml:7:12 .*there is no parameter or resource `Nemas`/),
    ]);
    const twice = queues.replace('!Ref Names', '[a, a]');
    expect(problemsOf(template(twice))).toEqual([
      expect.stringMatching(/^template\.yaml:5:3 .*the loop makes `Queuea` twice/),
    ]);
    expect(problemsOf(queues.replace('!Ref Names', '[a]'))).toEqual([
      expect.stringContaining('expected `Transform: AWS::LanguageExtensions`'),
    ]);
  });
});

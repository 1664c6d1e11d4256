import {
  apiId,
  functionArnOfUri,
  functionNameOfArn,
  generatedUuid,
  physicalName,
  stackIdentity,
} from './names.ts';

const stack = stackIdentity('blogapp-development', 'ap-northeast-1', '123456789012');
const arn = 'arn:aws:lambda:ap-northeast-1:123456789012:function:greet';

describe('names', () => {
  it('makes names as CloudFormation does', () => {
    expect(physicalName(stack, 'GreetFunction', 64)).toMatch(
      /^blogapp-development-GreetFunction-[A-Z0-9]{12}$/,
    );
  });

  it.each([
    ['x'.repeat(100), 'Greet'],
    ['blog', 'G'.repeat(100)],
    ['x'.repeat(100), 'G'.repeat(100)],
  ])('keeps names within the limit: %s, %s', (stackName, logicalId) => {
    const name = physicalName({ ...stack, name: stackName }, logicalId, 64);
    expect(name).toHaveLength(64);
    expect(name).toMatch(/^[xblog]+-[GreetG]+-[A-Z0-9]{12}$/);
  });

  it('makes different ids for different resources and stacks', () => {
    expect(apiId(stack, 'A')).toMatch(/^[a-z0-9]{10}$/);
    expect(apiId(stack, 'A')).toBe(apiId(stack, 'A'));
    expect(apiId(stack, 'A')).not.toBe(apiId(stack, 'B'));
    expect(apiId(stack, 'A')).not.toBe(apiId({ ...stack, name: 'other' }, 'A'));
    expect(generatedUuid(stack, 'A')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it.each([
    [arn, 'greet'],
    [`${arn}:live`, 'greet'],
    [`${arn}:$LATEST`, 'greet'],
    ['arn:aws:sqs:ap-northeast-1:123456789012:greet', undefined],
    ['greet', undefined],
  ])('finds the name in %s', (text, expected) => {
    expect(functionNameOfArn(text)).toBe(expected);
  });

  it.each([
    [arn, arn],
    [`arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/${arn}/invocations`, arn],
    [
      `arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/${arn}:live/invocations`,
      `${arn}:live`,
    ],
    ['arn:aws:apigateway:ap-northeast-1:sqs:path/123456789012/jobs', undefined],
    ['https://example.com/', undefined],
  ])('finds the function in %s', (uri, expected) => {
    expect(functionArnOfUri(uri)).toBe(expected);
  });
});

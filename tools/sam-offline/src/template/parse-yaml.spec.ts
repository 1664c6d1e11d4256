import { TemplateError } from './errors.ts';
import { parseYaml } from './parse-yaml.ts';

const read = (source: string) => parseYaml(source, '/template.yaml').value;

describe('parseYaml', () => {
  it.each([
    ['!Ref Table', { Ref: 'Table' }],
    ['!GetAtt Table.Arn', { 'Fn::GetAtt': ['Table', 'Arn'] }],
    ['!GetAtt Nested.Outputs.Arn', { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] }],
    ['!GetAtt [Table, Arn]', { 'Fn::GetAtt': ['Table', 'Arn'] }],
    ['!Sub "${A}-b"', { 'Fn::Sub': '${A}-b' }],
    ['!Sub ["${A}", {A: !Ref B}]', { 'Fn::Sub': ['${A}', { A: { Ref: 'B' } }] }],
    ['!Join ["-", [a, !Ref B]]', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }],
    ['!Condition IsProd', { Condition: 'IsProd' }],
    ['!If [A, {b: 1}, !Ref AWS::NoValue]', { 'Fn::If': ['A', { b: 1 }, { Ref: 'AWS::NoValue' }] }],
    ['!Base64\n  Fn::Sub: x', { 'Fn::Base64': { 'Fn::Sub': 'x' } }],
    ['!GetAZs ""', { 'Fn::GetAZs': '' }],
  ])('writes %s in its long form', (source, expected) => {
    expect(read(`value: ${source}`)).toEqual({ value: expected });
  });

  it.each([
    ['256', 256],
    ['1.10', '1.10'],
    ['0123', '0123'],
    ['012345678901', '012345678901'],
    ['2010-09-09', '2010-09-09'],
    ['yes', true],
    ['Off', false],
    ['"yes"', 'yes'],
    ['oN', 'oN'],
    ['True', true],
    ['~', null],
  ])('reads %s as CloudFormation does', (source, expected) => {
    expect(read(`value: ${source}`)).toEqual({ value: expected });
  });

  it('keeps keys as they are written', () => {
    expect(read('404: a\non: b\n1.0: c')).toEqual({ '404': 'a', on: 'b', '1.0': 'c' });
  });

  it('resolves anchors and merges, the map itself going first', () => {
    const source = 'base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\nsame: *base';
    expect(read(source)).toEqual({
      base: { a: 1, b: 2 },
      own: { a: 1, b: 3 },
      same: { a: 1, b: 2 },
    });
  });

  it('reads JSON', () => {
    expect(read('{"Resources": {"A": {"Fn::GetAtt": ["B", "Arn"]}}}')).toEqual({
      Resources: { A: { 'Fn::GetAtt': ['B', 'Arn'] } },
    });
  });

  it('locates a value, or else its nearest parent', () => {
    const { locate } = parseYaml(
      'A:\n  B:\n    - !Sub ["${X}", {X: 1}]\n    - c',
      '/template.yaml',
    );
    expect(locate(['A', 'B', 1])).toEqual({ line: 4, column: 7 });
    expect(locate(['A', 'B', 0, 'Fn::Sub', 1, 'X'])).toEqual({ line: 3, column: 22 });
    expect(locate(['A', 'Missing', 'x'])).toEqual({ line: 1, column: 1 });
  });

  it('lists keys that come twice', () => {
    expect(parseYaml('A:\n  B: 1\n  B: 2', '/template.yaml').duplicates).toEqual([['A', 'B']]);
  });

  it('refuses anchors that contain themselves, or stand for too much', () => {
    expect(() => read('a: &a\n  b: *a')).toThrow(
      /template\.yaml:2:6: malformed YAML: an alias that contains itself/,
    );
    const list = (name: string, of: string): string =>
      `${name}: &${name} [${Array.from({ length: 100 }, () => of).join(', ')}]\n`;
    const source = list('a', 'x') + list('b', '*a') + list('c', '*b') + list('d', '*c');
    expect(() => read(source)).toThrow('too many aliases');
  });

  it('names line and column of malformed YAML', () => {
    expect(() => read('A:\n  B: "unfinished\nC: 1')).toThrow(TemplateError);
    expect(() => read('A:\n  B: [1, 2\nC: 1')).toThrow(/template\.yaml:3:1: malformed YAML: /);
  });
});

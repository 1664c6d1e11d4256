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

  it.each([
    ['a flow sequence', 'a:\n  b: [\n  x,\n  y\n  ]\n  c: 1', { a: { b: ['x', 'y'], c: 1 } }],
    ['one at the left edge', 'a:\n  b: [x,\ny\n]\n  c: 1', { a: { b: ['x', 'y'], c: 1 } }],
    ['a flow map', 'a:\n  b: {\n  x: 1\n}\n  c: 1', { a: { b: { x: 1 }, c: 1 } }],
    [
      'a tag',
      'a:\n  b: !Join [ "-",\n  [!Ref X,\n !Ref Y]]',
      { a: { b: { 'Fn::Join': ['-', [{ Ref: 'X' }, { Ref: 'Y' }]] } } },
    ],
    ['text in double quotes', 'a:\n  b: "x\n  y"\n  c: 1', { a: { b: 'x y', c: 1 } }],
    ['text in single quotes', "a:\n  b: 'x: [\n\ny'\n  c: 1", { a: { b: 'x: [\ny', c: 1 } }],
    [
      'text in a flow map',
      '- a: {b: "x\n  ]",\nd: it\'s}\n- c',
      [{ a: { b: 'x ]', d: "it's" } }, 'c'],
    ],
    ['a comment in a flow sequence', 'a:\n  b: [ # ]\n  x] # y\n', { a: { b: ['x'] } }],
  ])('accepts %s at any indentation, as PyYAML does', (_what, source, expected) => {
    expect(read(source)).toEqual(expected);
  });

  it('accepts a comment without a space before it', () => {
    expect(read('a: "x"#y\nb: [1]#z')).toEqual({ a: 'x', b: [1] });
  });

  it('reports the file’s columns if a line was indented', () => {
    const { locate } = parseYaml('a:\n  b: [\n  x,\n y: !Ref Z]\n', '/template.yaml');
    expect(locate(['a', 'b', 1])).toEqual({ line: 4, column: 2 });
    expect(() => parseYaml('a:\n  b: "x\n y"\n  c: @', '/t.yaml')).toThrow('/t.yaml:4:6');
  });

  it('rejects what is not closed', () => {
    expect(() => read('a: [\nb: 1\n')).toThrow('malformed YAML');
    expect(() => read('a: "x\nb: 1\n')).toThrow('malformed YAML: Missing closing "quote');
  });

  it('merges maps, and uses the first one that has a key', () => {
    const source = 'a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], z: 3}';
    expect(read(source)).toMatchObject({ c: { x: 1, y: 1, z: 3 } });
  });

  it('does not convert keys', () => {
    expect(read('404: a\non: b\n1.0: c')).toEqual({ '404': 'a', on: 'b', '1.0': 'c' });
  });

  it('resolves anchors and merges, in which the map’s own keys come first', () => {
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

  it('gives the position of a value, or of its nearest parent', () => {
    const { locate } = parseYaml(
      'A:\n  B:\n    - !Sub ["${X}", {X: 1}]\n    - c',
      '/template.yaml',
    );
    expect(locate(['A', 'B', 1])).toEqual({ line: 4, column: 7 });
    expect(locate(['A', 'B', 0, 'Fn::Sub', 1, 'X'])).toEqual({ line: 3, column: 22 });
    expect(locate(['A', 'Missing', 'x'])).toEqual({ line: 1, column: 1 });
  });

  it('lists repeated keys', () => {
    expect(parseYaml('A:\n  B: 1\n  B: 2', '/template.yaml').duplicates).toEqual([['A', 'B']]);
  });

  it('rejects anchors that contain themselves, and too many aliases', () => {
    expect(() => read('a: &a\n  b: *a')).toThrow(
      /template\.yaml:2:6: malformed YAML: an alias that contains itself/,
    );
    const list = (name: string, of: string): string =>
      `${name}: &${name} [${Array.from({ length: 100 }, () => of).join(', ')}]\n`;
    const source = list('a', 'x') + list('b', '*a') + list('c', '*b') + list('d', '*c');
    expect(() => read(source)).toThrow('too many aliases');
  });

  it('reports the line and column of malformed YAML', () => {
    expect(() => read('A:\n  B: "unfinished\nC: 1')).toThrow(TemplateError);
    expect(() => read('A:\n  B: [1, 2\nC: 1')).toThrow(/template\.yaml:3:1: malformed YAML: /);
  });
});

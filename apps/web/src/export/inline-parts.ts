import { parse, type DefaultTreeAdapterTypes } from 'parse5';

/** A script whose code is in the page itself. */
export interface InlineScript {
  readonly code: string;
  /** The position of its element in the text, with its tags. */
  readonly start: number;
  readonly end: number;
  /** Its attributes as they are written: `id="_R_"`. */
  readonly attributes: string;
}

/** The parts of a page that a policy without `unsafe-inline` refuses. */
export interface InlineParts {
  readonly scripts: readonly InlineScript[];
  /** Event handlers, style attributes and style elements, each as `p style="color: red"`. */
  readonly others: readonly string[];
}

/**
 * Types of scripts that browsers run; all others are blocks of data, which a policy does not
 * refuse.
 */
const RUNNABLE = ['', 'module', 'text/javascript', 'application/javascript'];

/**
 * Finds the inline parts of a page.
 *
 * @param html the page's text
 * @throws Error when a script is not closed
 */
export function inlinePartsOf(html: string): InlineParts {
  const scripts: InlineScript[] = [];
  const others: string[] = [];
  for (const element of elementsOf(parse(html, { sourceCodeLocationInfo: true }))) {
    const { tagName, attrs, sourceCodeLocation: location } = element;
    for (const { name, value } of attrs) {
      if (name === 'style' || name.startsWith('on')) others.push(`${tagName} ${name}="${value}"`);
    }
    if (tagName === 'style') others.push('a style element');
    if (tagName !== 'script' || attrs.some(({ name }) => name === 'src')) continue;
    const type =
      attrs
        .find(({ name }) => name === 'type')
        ?.value.trim()
        .toLowerCase() ?? '';
    if (!RUNNABLE.includes(type)) continue;
    const { startTag, endTag } = location ?? {};
    if (startTag === undefined || endTag === undefined) throw new Error('A script is not closed');
    scripts.push({
      code: html.slice(startTag.endOffset, endTag.startOffset),
      start: startTag.startOffset,
      end: endTag.endOffset,
      attributes: html
        .slice(startTag.startOffset + '<script'.length, startTag.endOffset - 1)
        .trim(),
    });
  }
  return { scripts, others };
}

function* elementsOf(
  parent: DefaultTreeAdapterTypes.ParentNode,
): Generator<DefaultTreeAdapterTypes.Element> {
  for (const node of parent.childNodes) {
    if (!('tagName' in node)) continue;
    yield node;
    // The content of a template is not among its children.
    yield* elementsOf('content' in node ? node.content : node);
  }
}

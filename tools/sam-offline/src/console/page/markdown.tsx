import type { ComponentChildren } from 'preact';

/**
 * Draws the Markdown of a text widget: headings, paragraphs, lists, tables, code, emphasis and
 * links. It creates elements and no HTML, so markup in the text stays text.
 */
export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{blocksOf(text)}</div>;
}

function blocksOf(text: string): ComponentChildren[] {
  const lines = text.replaceAll('\r', '').split('\n');
  const blocks: ComponentChildren[] = [];
  let index = 0;
  const take = (isWanted: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (index < lines.length && isWanted(lines[index] ?? '')) taken.push(lines[index++] ?? '');
    return taken;
  };
  while (index < lines.length) {
    const line = lines[index] ?? '';
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === '') {
      index++;
    } else if (heading !== null) {
      index++;
      // The heading of the page itself has the first level.
      const Level = (heading[1]?.length ?? 1) <= 1 ? 'h3' : 'h4';
      blocks.push(<Level>{inline(heading[2] ?? '')}</Level>);
    } else if (line.startsWith('```')) {
      index++;
      const code = take((one) => !one.startsWith('```'));
      index++;
      blocks.push(<pre tabIndex={0}>{code.join('\n')}</pre>);
    } else if (/^\s*(?:[-*+]|\d+\.)\s/.test(line)) {
      const List = /^\s*\d/.test(line) ? 'ol' : 'ul';
      const items = take((one) => /^\s*(?:[-*+]|\d+\.)\s/.test(one));
      blocks.push(
        <List>
          {items.map((item) => (
            <li>{inline(item.replace(/^\s*(?:[-*+]|\d+\.)\s+/, ''))}</li>
          ))}
        </List>,
      );
    } else if (line.includes('|') && /^[\s|:-]+$/.test(lines[index + 1] ?? '')) {
      const [head = '', , ...rows] = take((one) => one.includes('|'));
      blocks.push(
        <table>
          <thead>
            <tr>
              {cells(head).map((cell) => (
                <th>{inline(cell)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {cells(row).map((cell) => (
                  <td>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>,
      );
    } else {
      const start = index;
      const paragraph = take(
        (one) => one.trim() !== '' && !/^(?:#{1,6}\s|```|\s*(?:[-*+]|\d+\.)\s)/.test(one),
      );
      if (index === start) index++;
      blocks.push(<p>{inline(paragraph.join(' '))}</p>);
    }
  }
  return blocks;
}

function cells(row: string): string[] {
  return row
    .replace(/^\s*\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [, code, strong, emphasis, label, url = ''] = match;
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (strong !== undefined) parts.push(<strong>{strong}</strong>);
    else if (emphasis !== undefined) parts.push(<em>{emphasis}</em>);
    else if (/^https?:\/\//.test(url)) {
      parts.push(
        <a href={url} target="_blank" rel="noreferrer">
          {label}
        </a>,
      );
    } else parts.push(label);
  }
  parts.push(text.slice(end));
  return parts;
}

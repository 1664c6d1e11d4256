import { type Condition, ConditionParser, type ReadSelector } from './condition.ts';
import { FilterPatternError } from './errors.ts';
import type { LogFilter } from './log-filter.ts';

type Field = Condition<string> | '...';

const NAME = /^\$?[A-Za-z_][\w.-]*/;
const ELEMENT = /"(?:[^"\\]|\\[^])*"|%(?:[^%\\]|\\[^])*%|[^",%]+|,/g;
/** A field of a message. Fields are separated by spaces, or are in quotes or brackets. */
const VALUE = /"((?:[^"\\]|\\[^])*)"|\[([^\]]*)\]|(\S+)/g;

/**
 * Reads `[ip, user, ..., status = 4*, bytes > 1000]`. A message has to have as many fields as the
 * pattern. `...` stands for any number of fields.
 *
 * @throws FilterPatternError
 */
export function parseFields(text: string): LogFilter {
  if (!text.endsWith(']'))
    throw new FilterPatternError('The filter pattern does not end with "]".');
  const fields = fieldsOf(text.slice(1, -1));
  const gap = fields.indexOf('...');
  if (gap !== fields.lastIndexOf('...')) {
    throw new FilterPatternError('The filter pattern has "..." more than once.');
  }
  const conditions = fields.filter((field) => field !== '...');
  const before = gap < 0 ? conditions.length : gap;
  return (message) => {
    const values = valuesOf(message);
    if (gap < 0 ? values.length !== conditions.length : values.length < conditions.length) {
      return false;
    }
    const behind = values.length - conditions.length;
    return conditions.every((holds, index) =>
      holds(values[index < before ? index : index + behind] ?? ''),
    );
  };
}

function fieldsOf(text: string): Field[] {
  const parts: string[] = [];
  let part = '';
  for (const [element] of text.matchAll(ELEMENT)) {
    if (element === ',') {
      parts.push(part);
      part = '';
    } else part += element;
  }
  parts.push(part);
  if (parts.join(',') !== text) {
    throw new FilterPatternError(
      'The filter pattern has a quotation mark or "%" that is not closed.',
    );
  }
  let regexes = 0;
  return parts.map((each): Field => {
    const field = each.trim();
    if (field === '...') return '...';
    if (field === '')
      throw new FilterPatternError('The filter pattern has a field without a name.');
    if (NAME.exec(field)?.[0] === field) return () => true;
    const parser = new ConditionParser(field, fieldSelector(), {
      isPostfixAllowed: false,
      regexesBefore: regexes,
    });
    const condition = parser.parse();
    regexes = parser.regexes;
    return condition;
  });
}

/** All comparisons of a field have to name the same field: `[status = 4* || status = 5*]`. */
function fieldSelector(): ReadSelector<string> {
  let known: string | undefined;
  return (text) => {
    const name = NAME.exec(text)?.[0];
    if (name === undefined) return undefined;
    known ??= name;
    if (name !== known) {
      throw new FilterPatternError(
        `The filter pattern compares "${name}" in the field "${known}"; a field compares itself only.`,
      );
    }
    return { length: name.length, select: (value) => [value] };
  };
}

function valuesOf(message: string): string[] {
  return [...message.matchAll(VALUE)].map(
    ([, quoted, bracketed, word]) => quoted ?? bracketed ?? word ?? '',
  );
}

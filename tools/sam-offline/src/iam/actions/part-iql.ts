/** What a PartiQL statement does, and to what. */
export interface ParsedStatement {
  readonly verb: 'select' | 'insert' | 'update' | 'delete';
  readonly table: string;
  readonly index?: string;
}

/** A name in double quotes, in which a double quote is written twice, or without quotes. */
const NAME = String.raw`(?:"((?:[^"]|"")+)"|([A-Za-z0-9_.-]+))`;
const TARGET = String.raw`${NAME}(?:\s*\.\s*"((?:[^"]|"")+)")?`;

const STATEMENTS: readonly (readonly [ParsedStatement['verb'], RegExp])[] = [
  ['insert', new RegExp(String.raw`^\s*INSERT\s+INTO\s+${TARGET}`, 'is')],
  ['update', new RegExp(String.raw`^\s*UPDATE\s+${TARGET}`, 'is')],
  ['delete', new RegExp(String.raw`^\s*DELETE\s+FROM\s+${TARGET}`, 'is')],
  ['select', new RegExp(String.raw`^\s*(?:EXISTS\s*\(\s*)?SELECT\b.*?\bFROM\s+${TARGET}`, 'is')],
];

/**
 * Reads the verb and the table of a PartiQL statement for DynamoDB
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).
 *
 * @returns undefined for a statement of another kind than these four
 */
export function parseStatement(statement: string): ParsedStatement | undefined {
  for (const [verb, pattern] of STATEMENTS) {
    const match = pattern.exec(withoutTexts(statement));
    if (match === null) continue;
    const [, quoted, plain, index] = match;
    const table = quoted?.replaceAll('""', '"') ?? plain ?? '';
    return { verb, table, ...(index !== undefined && { index: index.replaceAll('""', '"') }) };
  }
  return undefined;
}

/** The statement with its text literals emptied, so that a `FROM` in one of them means nothing. */
function withoutTexts(statement: string): string {
  return statement.replace(/'(?:[^']|'')*'/g, "''");
}

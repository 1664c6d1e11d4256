/** The verb of a PartiQL statement, and the table or index that it is about. */
export interface ParsedStatement {
  readonly verb: 'select' | 'insert' | 'update' | 'delete';
  readonly table: string;
  readonly index?: string;
}

/**
 * Matches a name with or without double quotes. A double quote in a quoted name is written twice.
 */
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
 * @returns undefined if the statement is not a SELECT, INSERT, UPDATE or DELETE
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

/** Empties the string literals of a statement, so that a `FROM` in one of them is not found. */
function withoutTexts(statement: string): string {
  return statement.replace(/'(?:[^']|'')*'/g, "''");
}

import { TemplateSyntaxError } from './errors.ts';

/** Reads the text of a template from a position. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** Gives the character at the position plus an offset; an empty string after the end. */
  peek(offset = 0): string {
    return this.text.charAt(this.position + offset);
  }

  /**
   * Moves behind the match of a sticky expression at the position.
   * @returns undefined if it does not match
   */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match;
  }

  /**
   * Moves behind a text if it is at the position.
   * @returns whether it is
   */
  takeText(text: string): boolean {
    if (!this.text.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  skipSpace(): void {
    this.take(/\s+/y);
  }

  /**
   * Moves behind white space and a text.
   * @throws TemplateSyntaxError if the text is not there
   */
  expect(text: string): void {
    this.skipSpace();
    if (!this.takeText(text)) throw this.error(`expected ${text}`);
  }

  error(message: string): TemplateSyntaxError {
    const before = this.text.slice(0, this.position).split('\n');
    const found = this.isAtEnd
      ? 'the end'
      : JSON.stringify(this.text.slice(this.position, this.position + 12));
    return new TemplateSyntaxError(
      `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message}, got ${found}`,
    );
  }
}

/** Java's POSIX and `java.lang.Character` classes, with their JavaScript classes. */
const classes: Readonly<Record<string, string>> = {
  ASCII: '\\x00-\\x7F',
  Alnum: 'A-Za-z0-9',
  Alpha: 'A-Za-z',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  Digit: '0-9',
  Graph: '!-~',
  IsAlphabetic: '\\p{Alphabetic}',
  IsDigit: '\\p{Nd}',
  IsIdeographic: '\\p{Ideographic}',
  IsLetter: '\\p{L}',
  IsLowercase: '\\p{Lowercase}',
  IsPunctuation: '\\p{P}',
  IsUppercase: '\\p{Uppercase}',
  IsWhite_Space: '\\p{White_Space}',
  Lower: 'a-z',
  Print: ' -~',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Space: ' \\t\\n\\x0B\\f\\r',
  Upper: 'A-Z',
  XDigit: '0-9A-Fa-f',
  javaLetter: '\\p{L}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}',
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaWhitespace: '\\s',
};

const horizontalSpace = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const verticalSpace = '\\n\\x0B\\f\\r\\x85\\u2028\\u2029';

/**
 * Escapes of Java that JavaScript does not have or reads differently, with their JavaScript classes
 * or characters.
 */
const escapes: Readonly<Record<string, string>> = {
  H: `[^${horizontalSpace}]`,
  V: `[^${verticalSpace}]`,
  a: '\\x07',
  e: '\\x1B',
  h: `[${horizontalSpace}]`,
  v: `[${verticalSpace}]`,
};

/**
 * Converts a pattern of `java.util.regex`, which CloudFormation uses for `AllowedPattern`, to a
 * JavaScript pattern that matches the complete text
 * (https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html).
 *
 * @throws SyntaxError if it is not a valid pattern
 */
export function javaPattern(pattern: string): RegExp {
  return new RegExp(`^(?:${new Translation(pattern).whole()})$`, 'v');
}

/** Characters that need no escape in a class of Java, but need one in JavaScript's `v` mode. */
const escapedInClass = '()|/{}-';

class Translation {
  readonly #pattern: string;
  #at = 0;
  #atomic = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  whole(): string {
    const made = this.alternatives();
    if (this.#at < this.#pattern.length) throw new SyntaxError('a bracket closes no group');
    return made;
  }

  /** Converts the alternatives up to the bracket that closes the group, or to the end. */
  alternatives(): string {
    let made = '';
    while (this.#at < this.#pattern.length && this.#peek() !== ')') {
      const atom = this.#atom();
      made += atom.isFlag ? `${atom.text}${this.alternatives()})` : this.#quantified(atom.text);
    }
    return made;
  }

  #peek(length = 1): string {
    return this.#pattern.slice(this.#at, this.#at + length);
  }

  #take(length = 1): string {
    const taken = this.#peek(length);
    this.#at += length;
    return taken;
  }

  #takeMatch(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.#pattern.slice(this.#at));
    if (match?.index !== 0) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #atom(): { readonly text: string; readonly isFlag?: boolean } {
    const character = this.#peek();
    if (character === '\\') return { text: this.#escape(false) };
    if (character === '[') return { text: this.#class() };
    if (character === '(') return this.#group();
    this.#at += 1;
    if (character === ']' || character === '}') return { text: `\\${character}` };
    // A brace that does not start a quantifier is an error in Java and in JavaScript.
    return { text: character };
  }

  #group(): { readonly text: string; readonly isFlag?: boolean } {
    const flags = this.#takeMatch(/\(\?([imsux]*)(?:-([imsux]+))?([:)])/);
    if (flags !== undefined) {
      const [, on = '', off = '', end] = flags;
      const known = (names: string): string => names.replaceAll(/[^ims]/g, '');
      const removed = known(off);
      const kept = `${known(on)}${removed === '' ? '' : `-${removed}`}`;
      if (end === ')') return { text: `(?${kept}:`, isFlag: true };
      return { text: `(?${kept}:${this.#rest()}` };
    }
    if (this.#peek(3) === '(?>') {
      this.#at += 3;
      return { text: this.#atomicGroup(this.#rest().slice(0, -1)) };
    }
    const [open = '('] = this.#takeMatch(/\((?:\?(?:<[A-Za-z]\w*>|<?[=!]))?/) ?? [];
    return { text: `${open}${this.#rest()}` };
  }

  /** Converts a group's content and its closing bracket. */
  #rest(): string {
    const made = this.alternatives();
    if (this.#take() === '') throw new SyntaxError('a group is not closed');
    return `${made})`;
  }

  /** Converts an atomic group, in which the first match is final. */
  #atomicGroup(content: string): string {
    const name = `atomic${this.#atomic++}`;
    return `(?:(?=(?<${name}>${content}))\\k<${name}>)`;
  }

  #quantified(atom: string): string {
    const quantifier = this.#takeMatch(/[*+?]|\{\d+(?:,\d*)?\}/)?.[0];
    if (quantifier === undefined) return atom;
    if (this.#peek() === '+') {
      this.#at += 1;
      return this.#atomicGroup(`${atom}${quantifier}`);
    }
    const isLazy = this.#peek() === '?';
    if (isLazy) this.#at += 1;
    return `${atom}${quantifier}${isLazy ? '?' : ''}`;
  }

  #escape(isInClass: boolean): string {
    const quoted = this.#takeMatch(/\\Q([^]*?)(?:\\E|$)/);
    if (quoted !== undefined) return Array.from(quoted[1] ?? '', literal).join('');
    const property = this.#takeMatch(/\\([pP])(?:\{(\w+(?:=\w+)?)\}|(\w))/);
    if (property !== undefined) return propertyClass(property);
    const octal = this.#takeMatch(/\\0([0-3]?[0-7]{1,2})/);
    if (octal !== undefined) return codePoint(octal[1] ?? '', 8);
    const hex = this.#takeMatch(/\\x\{([0-9A-Fa-f]+)\}/);
    if (hex !== undefined) return codePoint(hex[1] ?? '', 16);
    this.#at += 1;
    const character = this.#take();
    const known = escapes[character];
    if (known !== undefined) return known;
    if (!isInClass) {
      if (character === 'A') return '^';
      if (character === 'Z' || character === 'z') return '$';
      if (character === 'R') return `(?:\\r\\n|[${verticalSpace}])`;
    }
    return /[A-Za-z0-9]/.test(character) ? `\\${character}` : literal(character);
  }

  #class(): string {
    this.#at += 1;
    let made = this.#peek() === '^' ? `[${this.#take()}` : '[';
    let isFirst = true;
    // JavaScript needs one class on each side of an intersection such as `[a-z&&[^aeiou]]`.
    const sides: string[] = [];
    let side = '';
    while (this.#at < this.#pattern.length && (this.#peek() !== ']' || isFirst)) {
      isFirst = false;
      if (this.#peek(2) === '&&') {
        this.#at += 2;
        sides.push(side);
        side = '';
      } else if (this.#peek() === '[') {
        side += this.#class();
      } else {
        side += this.#classCharacter(side);
      }
    }
    if (this.#take() === '') throw new SyntaxError('a character class is not closed');
    sides.push(side);
    made += sides.length === 1 ? side : sides.map((one) => `[${one}]`).join('&&');
    return `${made}]`;
  }

  #classCharacter(before: string): string {
    if (this.#peek() === '\\') return this.#escape(true);
    const character = this.#take();
    if (character === '-') {
      const next = this.#peek();
      const isRange =
        before !== '' && next !== ']' && next !== '[' && this.#peek(2) !== '&&' && !isClass(before);
      return isRange ? '-' : '\\-';
    }
    return escapedInClass.includes(character) || character === ']'
      ? `\\${character}`
      : doubled(character, before);
  }
}

/**
 * Tells whether a character class precedes. It cannot start a range, so the hyphen after it is an
 * ordinary character.
 */
function isClass(before: string): boolean {
  return /(?:\\[dDwWsS]|\\p\{[^}]*\}|\])$/.test(before);
}

/** Escapes a doubled punctuation character, which JavaScript's `v` mode reserves for operators. */
function doubled(character: string, before: string): string {
  return before.endsWith(character) && /[!#$%*+,.:;<=>?@^`~&]/.test(character)
    ? `\\${character}`
    : character;
}

function literal(character: string): string {
  return /[\w\s]/.test(character) || character.charCodeAt(0) > 126
    ? character
    : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function codePoint(digits: string, radix: number): string {
  return `\\u{${Number.parseInt(digits, radix).toString(16)}}`;
}

function propertyClass([, kind = 'p', braced, short]: RegExpExecArray): string {
  const name = braced ?? short ?? '';
  const known = classes[name];
  if (known !== undefined) return `[${kind === 'P' ? '^' : ''}${known}]`;
  // `IsLatin` is a script, `InGreek` is a block, and `IsL` is a category.
  const script = /^(?:Is|In)(\w{3,})$/.exec(name)?.[1];
  if (script !== undefined) return `\\${kind}{Script=${script}}`;
  return `\\${kind}{${name.replace(/^Is/, '')}}`;
}

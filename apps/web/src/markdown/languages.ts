/** Other names of the languages that are coloured. */
const ALIASES: Readonly<Record<string, string>> = {
  cjs: 'javascript',
  console: 'bash',
  golang: 'go',
  html: 'xml',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  py: 'python',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  ts: 'typescript',
  tsx: 'typescript',
  yml: 'yaml',
};

/** The name under which a language is loaded. */
export function languageNamed(name: string): string {
  return (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined) ?? name;
}

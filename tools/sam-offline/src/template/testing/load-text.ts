import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatProblem, TemplateError } from '../errors.ts';
import type { LoadStackOptions } from '../load-stack.ts';
import { loadStack } from '../load-stack.ts';
import type { Stack } from '../model.ts';

export interface LoadTextOptions extends Partial<LoadStackOptions> {
  /** The content of files beside the template, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Loads a template from a text. It is written to a new folder, which is removed afterwards. */
export function loadText(template: string, options: LoadTextOptions = {}): Stack {
  const { files = {}, ...rest } = options;
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-template-'));
  try {
    for (const [name, content] of Object.entries({ 'template.yaml': template, ...files })) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    return loadStack({
      templatePath: join(directory, 'template.yaml'),
      stackName: 'demo',
      region: 'ap-northeast-1',
      parameterOverrides: {},
      ...rest,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Gives the problems that `loadText` reports, one line for each, beginning with the file's name.
 */
export function problemsOf(template: string, options: LoadTextOptions = {}): string[] {
  try {
    loadText(template, options);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.problems.map((problem) =>
      formatProblem({ ...problem, file: '/template.yaml' }).replace(/^\/+/, ''),
    );
  }
  return [];
}

/**
 * Makes a template with one SAM function.
 * @param properties more properties of the function
 */
export function functionTemplate(properties = '', resources = '', sections = ''): string {
  return `Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: greet
      Handler: index.handler
      Runtime: nodejs24.x
${indent(properties, 6)}
${indent(resources, 2)}
${sections}`;
}

function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, type ScalarTag, type CollectionTag } from 'yaml';

/** The path of the stack's template. */
export const TEMPLATE_PATH = join(import.meta.dirname, '../../sam/template.yaml');

/** The resources that the dashboard shows, by their logical ids, in the template's order. */
export interface StackResources {
  readonly functions: readonly { readonly id: string; readonly timeoutMs: number }[];
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  /** Functions that read a stream. */
  readonly streamFunctions: readonly string[];
  /** Alarms on metrics, and composite alarms. */
  readonly alarms: readonly string[];
}

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Timeout?: number;
    readonly Events?: Readonly<Record<string, { readonly Type: string }>>;
  };
}

interface Template {
  readonly Globals?: { readonly Function?: { readonly Timeout?: number } };
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** Reads the template, with CloudFormation's tags (`!Ref x`) as objects (`{ Ref: 'x' }`). */
export function parseTemplate(text: string): Template & Readonly<Record<string, unknown>> {
  const names = ['Ref', 'Sub', 'GetAtt', 'If', 'Not', 'Equals', 'FindInMap'];
  const keyOf = (name: string): string => (name === 'Ref' ? name : `Fn::${name}`);
  const customTags = names.flatMap((name): (ScalarTag | CollectionTag)[] => [
    { tag: `!${name}`, resolve: (value: string) => ({ [keyOf(name)]: value }) },
    {
      tag: `!${name}`,
      collection: 'seq',
      resolve: (value) => ({
        [keyOf(name)]: 'toJSON' in value ? (value.toJSON() as unknown) : value,
      }),
    },
  ]);
  const document = parseDocument(text, { customTags });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.toJS() as Template & Readonly<Record<string, unknown>>;
}

/** Reads the text of a template, by default of the stack's. */
export function readTemplate(path: string = TEMPLATE_PATH): string {
  return readFileSync(path, 'utf8');
}

/** The resources of the template's text. */
export function stackResources(text: string): StackResources {
  const { Globals, Resources } = parseTemplate(text);
  const entries = Object.entries(Resources);
  const ofType = (...types: string[]): string[] =>
    entries.filter(([, { Type }]) => types.includes(Type)).map(([id]) => id);
  const functions = entries.filter(([, { Type }]) => Type === 'AWS::Serverless::Function');
  return {
    functions: functions.map(([id, { Properties }]) => ({
      id,
      timeoutMs: (Properties?.Timeout ?? Globals?.Function?.Timeout ?? 3) * 1_000,
    })),
    tables: ofType('AWS::DynamoDB::Table'),
    queues: ofType('AWS::SQS::Queue'),
    streamFunctions: functions
      .filter(([, { Properties }]) =>
        Object.values(Properties?.Events ?? {}).some(({ Type }) => Type === 'DynamoDB'),
      )
      .map(([id]) => id),
    alarms: ofType('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'),
  };
}

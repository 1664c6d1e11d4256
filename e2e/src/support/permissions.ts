import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAM_OFFLINE } from './sam-offline.ts';

const run = promisify(execFile);

/**
 * The beginning of a comment in the template's policies that names actions which tests need not
 * use, and says why they are granted.
 */
const EXPLANATION = /^\s*# Granted beyond the tests: /;

/**
 * The lines of the report of `sam-offline permissions` about a run, without those that the template
 * explains: with a comment in the policy that begins with "Granted beyond the tests:" and names the
 * action.
 *
 * @param root the repository's folder
 * @param args the arguments of `sam-offline permissions`: the template's options and the data
 * folder of the run
 */
export async function unexplainedPermissions(
  root: string,
  templatePath: string,
  args: readonly string[],
): Promise<string[]> {
  const { stdout } = await run(
    process.execPath,
    [SAM_OFFLINE, 'permissions', `--template=${templatePath}`, ...args],
    { cwd: root, maxBuffer: 16 * 1024 * 1024 },
  );
  return unexplained(stdout, readFileSync(join(root, templatePath), 'utf8').split('\n'));
}

/** The lines of a report that the template does not explain, each with its function. */
export function unexplained(report: string, template: readonly string[]): string[] {
  const lines: string[] = [];
  let functionName = '';
  for (const line of report.split('\n')) {
    if (/^\S/.test(line)) functionName = line;
    else if (/^\s+(?:never used|too wide|missing)\s/.test(line) && !isExplained(line, template)) {
      lines.push(`${functionName}: ${line.trim()}`);
    }
  }
  return lines;
}

function isExplained(finding: string, template: readonly string[]): boolean {
  const [, action = '', line] = /^\s+\w.*?\s{2,}(\S+) on .*\(line (\d+)\)/.exec(finding) ?? [];
  if (line === undefined) return false;
  return explanationOf(template, Number(line) - 1).includes(action);
}

/**
 * The comment that explains the policy which begins at a line of the template (the first line is
 * 0).
 */
function explanationOf(template: readonly string[], policyStart: number): string {
  const indentation = template[policyStart]?.search(/\S/) ?? 0;
  let explanation = '';
  let isWithin = false;
  for (const line of template.slice(policyStart + 1)) {
    if (line.trim() !== '' && line.search(/\S/) <= indentation) break;
    isWithin = EXPLANATION.test(line) || (isWithin && /^\s*#/.test(line));
    if (isWithin) explanation += `${line}\n`;
  }
  return explanation;
}

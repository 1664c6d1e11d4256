import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildReportView, toHtml, toMarkdown } from '../report/index.ts';
import type { Verdict } from '../objectives/index.ts';
import type { LoadRecord } from '../record/index.ts';
import { messageOf } from '../text/index.ts';

/** The files of a report. */
export interface ReportFiles {
  readonly html: string;
  readonly markdown: string;
}

/**
 * Writes `report.html` and `summary.md` into the folder of a run, which already has the record.
 *
 * @throws Error that says what could not be written and how to write it later
 */
export async function writeReport(
  folder: string,
  record: LoadRecord,
  options: { readonly description: string; readonly verdicts: readonly Verdict[] },
): Promise<ReportFiles> {
  const view = buildReportView(record, options);
  const files = { html: join(folder, 'report.html'), markdown: join(folder, 'summary.md') };
  try {
    await writeFile(files.html, toHtml(view));
    await writeFile(files.markdown, toMarkdown(view));
  } catch (error) {
    throw new Error(
      `the report could not be written to ${folder} (${messageOf(error)}): the run's record is safe in ${join(folder, 'record.json')}; when the cause is gone, \`npx nx run loadtests:report -- ${folder}\` writes the report from it`,
      { cause: error },
    );
  }
  return files;
}

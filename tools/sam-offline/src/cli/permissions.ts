import { resolve } from 'node:path';
import type { Command } from 'commander';
import { comparePermissions, type PermissionFinding, type UsedPermission } from '../iam/index.ts';
import { openInsights } from '../insights/index.ts';
import { eventsDirectoryOf } from '../stack/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import { type StackCommandOptions, withStackOptions } from './options.ts';
import { stackOf } from './stack-of.ts';

/**
 * `sam-offline permissions`: compares what functions are granted with what their recorded calls
 * used.
 */
export function addPermissionsCommand(program: Command): void {
  withStackOptions(
    program
      .command('permissions')
      .description('list permissions that are granted and were never used, too wide, or missing'),
  ).action(printPermissions);
}

async function printPermissions(options: StackCommandOptions): Promise<void> {
  const stack = stackOf(options);
  const { granted, denied } = await readPermissions(resolve(options.dataDir));
  for (const { logicalId, role } of stack.functions) {
    process.stdout.write(`${logicalId}\n${describe(logicalId, role, granted, denied)}\n`);
  }
}

type ByFunction = ReadonlyMap<string, readonly UsedPermission[]>;

async function readPermissions(
  dataDirectory: string,
): Promise<{ granted: ByFunction; denied: ByFunction }> {
  const insights = openInsights({ directory: eventsDirectoryOf(dataDirectory) });
  const granted = new Map<string, UsedPermission[]>();
  const denied = new Map<string, UsedPermission[]>();
  try {
    const types = ['permission.granted', 'permission.denied'] as const;
    for await (const { event } of insights.events({ types })) {
      if (event.type !== 'permission.granted' && event.type !== 'permission.denied') continue;
      const list = event.type === 'permission.granted' ? granted : denied;
      const known = list.get(event.caller) ?? [];
      list.set(event.caller, known);
      const { action, resource } = event;
      if (!known.some((one) => one.action === action && one.resource === resource)) {
        known.push({ action, resource });
      }
    }
  } finally {
    await insights.close();
  }
  return { granted, denied };
}

function describe(
  logicalId: string,
  role: LambdaFunction['role'],
  granted: ByFunction,
  denied: ByFunction,
): string {
  if (role === undefined || role.unchecked !== undefined) {
    return `  not checked: ${role?.unchecked ?? 'its role is not known'}`;
  }
  const used = granted.get(logicalId) ?? [];
  const missing = denied.get(logicalId) ?? [];
  if (used.length + missing.length === 0) return '  made no call that was recorded';
  const findings = comparePermissions(role, used, missing);
  if (findings.length === 0) return '  uses all that it is granted';
  return findings.map(line).join('\n');
}

const LABELS = { unused: 'never used', wide: 'too wide', missing: 'missing' } as const;

function line({ kind, action, resource, used, line: at }: PermissionFinding): string {
  const where = at === undefined ? '' : ` (line ${at})`;
  const needed = used === undefined ? '' : `; used: ${used.join(', ')}`;
  return `  ${LABELS[kind].padEnd(10)}  ${action} on ${resource}${where}${needed}`;
}

import type { EventOf } from '../../events/index.ts';
import {
  comparePermissions,
  type PermissionFinding,
  type UsedPermission,
} from '../../iam/index.ts';
import { route, type Route } from '../http/index.ts';
import type { ConsoleContext } from './context.ts';

/** A call that was denied, with the statement that would allow it. */
export interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** AWS's sentence. */
  readonly reason: string;
  readonly timeMs: number;
  /** False where it was only reported, and the call passed. */
  readonly enforced: boolean;
  /** The policy that denies, and where it stands in the template; absent where none allows. */
  readonly deniedBy?: string | undefined;
  readonly templateLine?: number | undefined;
  /** JSON; absent where no statement would help. */
  readonly suggestion?: string | undefined;
}

/** A function's role against what the function used. */
export interface RoleReport {
  readonly logicalId: string;
  readonly functionName: string;
  /** Why the role is not checked. */
  readonly unchecked?: string | undefined;
  /** Actions that were used. */
  readonly used: readonly string[];
  /** Granted and never used, or wider than needed. */
  readonly findings: readonly PermissionFinding[];
}

export interface PermissionsResponse {
  readonly denials: readonly Denial[];
  readonly roles: readonly RoleReport[];
}

/** What functions may do, against what they did. */
export function permissionRoutes({ stack, insights }: ConsoleContext): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/permissions',
      operationId: 'listPermissions',
      summary:
        'What was denied, with the statement that would allow it, and grants that were never used or are wider than needed. Each permission is told of at its first use, so the whole of what is stored counts.',
      response: 'Denials, newest first, and for each function what its role grants too much.',
      async handle(): Promise<PermissionsResponse> {
        const denials = new Map<string, Denial>();
        const used = new Map<string, UsedPermission[]>();
        const facts = insights.events({ types: ['permission.denied', 'permission.granted'] });
        for await (const { event } of facts) {
          if (event.type === 'permission.denied') {
            denials.set(`${event.principal} ${event.action} ${event.resource}`, denialOf(event));
          } else if (event.type === 'permission.granted') {
            const { caller, action, resource } = event;
            const of = used.get(caller) ?? [];
            used.set(caller, of);
            of.push({ action, resource });
          }
        }
        return {
          denials: [...denials.values()].sort((a, b) => b.timeMs - a.timeMs),
          roles: stack.functions.map(({ logicalId, functionName, role }) => {
            const granted = used.get(logicalId) ?? [];
            const unchecked = role === undefined ? 'its role is not known' : role.unchecked;
            return {
              ...{ logicalId, functionName, unchecked },
              used: [...new Set(granted.map(({ action }) => action))].sort(),
              findings:
                role === undefined || unchecked !== undefined
                  ? []
                  : comparePermissions(role, granted, []),
            };
          }),
        };
      },
    }),
  ];
}

function denialOf(event: EventOf<'permission.denied'>): Denial {
  const { principal, action, resource, reason, timeMs, enforced } = event;
  const { deniedBy, templateLine, suggestion } = event;
  return {
    ...{ principal, action, resource, reason, timeMs, enforced },
    ...{ deniedBy, templateLine, suggestion },
  };
}

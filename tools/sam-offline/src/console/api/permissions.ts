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
  /** The error message, in AWS's words. */
  readonly reason: string;
  readonly timeMs: number;
  /** False if the denial was only reported, and the call was let through. */
  readonly enforced: boolean;
  /**
   * The policy that denies, and its place in the template. Absent if no statement allows the call.
   */
  readonly deniedBy?: string | undefined;
  readonly templateLine?: number | undefined;
  /** The statement as JSON. Absent if no statement would allow the call. */
  readonly suggestion?: string | undefined;
}

/** A function's role, compared with what the function used. */
export interface RoleReport {
  readonly logicalId: string;
  readonly functionName: string;
  /** The reason why the role is not checked. */
  readonly unchecked?: string | undefined;
  /** The actions that the function used. */
  readonly used: readonly string[];
  /** Statements that were never used, or that allow more than needed. */
  readonly findings: readonly PermissionFinding[];
}

export interface PermissionsResponse {
  readonly denials: readonly Denial[];
  readonly roles: readonly RoleReport[];
}

/** The permissions of functions, compared with their calls. */
export function permissionRoutes({ stack, insights }: ConsoleContext): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/permissions',
      operationId: 'listPermissions',
      summary:
        'The denied calls, each with the statement that would allow it, and the statements that were never used or allow more than needed. A permission is recorded at its first use only, so all stored facts are read.',
      response: 'Denials, newest first, and for each function the statements that grant too much.',
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

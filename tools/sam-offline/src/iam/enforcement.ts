import type { Events } from '../events/index.ts';
import type { NeededPermission, ServiceCall } from './actions/index.ts';
import type { Principal, ServiceCaller } from './callers.ts';
import type { Denial } from './denials.ts';
import type { Gatekeeper, Verdict } from './gatekeeper.ts';

/**
 * `enforce` denies calls as AWS does. `report` allows every call and reports those that AWS would
 * deny. `off` does not check permissions.
 */
export type EnforcementMode = 'enforce' | 'report' | 'off';

/** Decides for an endpoint whether a request may be served. */
export interface Enforcement {
  /**
   * Checks a principal's call to a service. @returns the denial, or undefined if the call is
   * allowed
   */
  refuseCall(
    principal: Principal,
    call: () => Pick<ServiceCall, 'service' | 'operation' | 'input'>,
  ): Denial | undefined;
  /** Checks one permission of a principal, for endpoints that are not a service's API. */
  refuse(principal: Principal, needed: NeededPermission): Denial | undefined;
  /** Checks whether a service may invoke a function. */
  refuseInvocation(caller: ServiceCaller, functionArn: string): Denial | undefined;
  /** Checks whether a service may use another resource, such as a queue. */
  refuseService(caller: ServiceCaller, needed: NeededPermission): Denial | undefined;
  /** Checks a request without a signature. */
  refuseAnonymous(needed: NeededPermission): Denial | undefined;
}

/** Allows every request. */
export const NO_ENFORCEMENT: Enforcement = {
  refuseCall: () => undefined,
  refuse: () => undefined,
  refuseInvocation: () => undefined,
  refuseService: () => undefined,
  refuseAnonymous: () => undefined,
};

/**
 * The maximum number of different grants and denials that are reported as facts. A stack has fewer.
 */
const REMEMBERED = 10_000;

/**
 * Applies a gatekeeper's verdicts and emits facts about them. Each permission of a principal is
 * reported once, because a run has millions of calls and few permissions.
 */
export function createEnforcement(
  mode: EnforcementMode,
  gatekeeper: Gatekeeper,
  events: Events,
): Enforcement {
  if (mode === 'off') return NO_ENFORCEMENT;
  const reported = new Set<string>();
  const isNew = (kind: string, { arn }: Principal, action: string, resource: string): boolean => {
    const key = `${kind} ${arn} ${action} ${resource}`;
    if (reported.has(key) || reported.size >= REMEMBERED) return false;
    reported.add(key);
    return true;
  };

  function report(principal: Principal, { granted, denial }: Verdict): Denial | undefined {
    for (const { action, resource } of granted) {
      if (!isNew('granted', principal, action, resource)) continue;
      events.emit({
        type: 'permission.granted',
        timeMs: events.now(),
        ...{ principal: principal.arn, caller: principal.name, action, resource },
      });
    }
    if (denial === undefined) return undefined;
    const { action, resource, deniedBy, suggestion, message } = denial;
    if (isNew('denied', principal, action, resource)) {
      events.emit({
        type: 'permission.denied',
        timeMs: events.now(),
        ...{ principal: principal.arn, caller: principal.name, action, resource },
        reason: message,
        enforced: mode === 'enforce',
        ...(deniedBy && { deniedBy: `${deniedBy.policy}, statement ${deniedBy.statement}` }),
        ...(deniedBy?.line !== undefined && { templateLine: deniedBy.line }),
        ...(deniedBy === undefined && { suggestion: JSON.stringify(suggestion) }),
      });
    }
    return mode === 'enforce' ? denial : undefined;
  }

  return {
    refuseCall: (principal, call) =>
      gatekeeper.isChecked(principal)
        ? report(principal, gatekeeper.checkCall(principal, call()))
        : undefined,
    refuse: (principal, needed) => report(principal, gatekeeper.check(principal, needed)),
    refuseInvocation: (caller, functionArn) =>
      report(
        { name: caller.service, arn: caller.sourceArn },
        gatekeeper.checkInvocation(caller, functionArn),
      ),
    refuseService: (caller, needed) =>
      report(
        { name: caller.service, arn: caller.sourceArn },
        gatekeeper.checkService(caller, needed),
      ),
    refuseAnonymous: (needed) =>
      report({ name: 'everybody', arn: '*' }, gatekeeper.checkAnonymous(needed)),
  };
}

import type { Events } from '../events/index.ts';
import type { NeededPermission, ServiceCall } from './actions/index.ts';
import type { Principal, ServiceCaller } from './callers.ts';
import type { Denial } from './denials.ts';
import type { Gatekeeper, Verdict } from './gatekeeper.ts';

/**
 * `enforce` refuses as AWS does; `report` lets everything pass and reports what AWS would deny; `off` does not
 * check permissions.
 */
export type EnforcementMode = 'enforce' | 'report' | 'off';

/** What an endpoint asks before it lets a signed request in. */
export interface Enforcement {
  /** @returns the denial to refuse the call with; undefined where the call passes */
  refuseCall(
    principal: Principal,
    call: () => Pick<ServiceCall, 'service' | 'operation' | 'input'>,
  ): Denial | undefined;
  /** The same for an endpoint that is no service. */
  refuse(principal: Principal, needed: NeededPermission): Denial | undefined;
  /** The same for a service that invokes a function. */
  refuseInvocation(caller: ServiceCaller, functionArn: string): Denial | undefined;
  /** The same for a service that uses another resource, such as a queue. */
  refuseService(caller: ServiceCaller, needed: NeededPermission): Denial | undefined;
  /** The same for somebody who did not sign. */
  refuseAnonymous(needed: NeededPermission): Denial | undefined;
}

/** Lets every signed request in. */
export const NO_ENFORCEMENT: Enforcement = {
  refuseCall: () => undefined,
  refuse: () => undefined,
  refuseInvocation: () => undefined,
  refuseService: () => undefined,
  refuseAnonymous: () => undefined,
};

/** So many different grants and denials have a fact at most; a stack has fewer. */
const REMEMBERED = 10_000;

/**
 * Puts a gatekeeper's verdicts into effect, and emits their facts: one for each permission of a principal, since a
 * run has millions of calls and few permissions.
 */
export function createEnforcement(
  mode: EnforcementMode,
  gatekeeper: Gatekeeper,
  events: Events,
): Enforcement {
  if (mode === 'off') return NO_ENFORCEMENT;
  const told = new Set<string>();
  const isNew = (kind: string, { arn }: Principal, action: string, resource: string): boolean => {
    const key = `${kind} ${arn} ${action} ${resource}`;
    if (told.has(key) || told.size >= REMEMBERED) return false;
    told.add(key);
    return true;
  };

  function tell(principal: Principal, { granted, denial }: Verdict): Denial | undefined {
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
        ? tell(principal, gatekeeper.checkCall(principal, call()))
        : undefined,
    refuse: (principal, needed) => tell(principal, gatekeeper.check(principal, needed)),
    refuseInvocation: (caller, functionArn) =>
      tell(
        { name: caller.service, arn: caller.sourceArn },
        gatekeeper.checkInvocation(caller, functionArn),
      ),
    refuseService: (caller, needed) =>
      tell(
        { name: caller.service, arn: caller.sourceArn },
        gatekeeper.checkService(caller, needed),
      ),
    refuseAnonymous: (needed) =>
      tell({ name: 'everybody', arn: '*' }, gatekeeper.checkAnonymous(needed)),
  };
}

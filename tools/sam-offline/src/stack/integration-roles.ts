import type { ExecutionRole, MappedIntegration, Stack } from '../template/index.ts';

/** The roles with which integrations of the stack's APIs call services, by their ARNs. */
export function integrationRoles({ webSocketApis, httpApis }: Stack): Map<string, ExecutionRole> {
  const integrations = [
    ...webSocketApis.flatMap(({ routes }) => routes.map(({ integration }) => integration)),
    ...httpApis.flatMap(({ mappedRoutes = [] }) =>
      mappedRoutes.map(({ integration }) => integration),
    ),
  ].filter((integration): integration is MappedIntegration => integration.type === 'mapped');
  const roles = [
    ...integrations.map(({ target }) => (target.type === 'service' ? target.role : undefined)),
    ...httpApis.flatMap(({ serviceRoutes = [] }) => serviceRoutes.map(({ role }) => role)),
  ];
  return new Map(roles.flatMap((role) => (role === undefined ? [] : [[role.arn, role]])));
}

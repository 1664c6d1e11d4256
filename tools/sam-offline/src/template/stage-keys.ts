interface StageOfApi {
  readonly logicalId: string;
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * Gives the name of a stage in outputs: the logical id of its API, followed by the stage's name for
 * all stages except the first.
 */
export function stageKey(stage: StageOfApi, all: readonly StageOfApi[]): string {
  const first = all.find(({ apiId }) => apiId === stage.apiId);
  return first === undefined || first.stageName === stage.stageName
    ? stage.logicalId
    : `${stage.logicalId}.${stage.stageName}`;
}

/** Gives each API once, even if it has several stages. */
export function eachApi<Stage extends StageOfApi>(stages: readonly Stage[]): Stage[] {
  return stages.filter(
    ({ apiId }, index) => stages.findIndex((other) => other.apiId === apiId) === index,
  );
}

interface StageOfApi {
  readonly logicalId: string;
  readonly apiId: string;
  readonly stageName: string;
}

/** What a stage is called in outputs: the logical id of its API, with the stage's name for every stage but the first. */
export function stageKey(stage: StageOfApi, all: readonly StageOfApi[]): string {
  const first = all.find(({ apiId }) => apiId === stage.apiId);
  return first === undefined || first.stageName === stage.stageName
    ? stage.logicalId
    : `${stage.logicalId}.${stage.stageName}`;
}

/** Each API once, however many stages it has. */
export function eachApi<Stage extends StageOfApi>(stages: readonly Stage[]): Stage[] {
  return stages.filter(
    ({ apiId }, index) => stages.findIndex((other) => other.apiId === apiId) === index,
  );
}

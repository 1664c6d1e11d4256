import { createEventBus, type StackEvent } from '../events/index.ts';
import { EnvironmentFacts } from './environment-facts.ts';

/** The facts of an environment that starts, and of a line that its function writes. */
function factsWith(logGroup: string): StackEvent[] {
  const bus = createEventBus();
  const emitted: StackEvent[] = [];
  bus.subscribe((event) => emitted.push(event));
  const logging = {
    ...({ format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO' } as const),
    logGroup,
  };
  const facts = new EnvironmentFacts(
    { functionName: 'shop-api', runtime: 'nodejs24.x', logging },
    '$LATEST',
    bus,
    (action) => {
      action();
    },
  );
  facts.starting('nodejs:24');
  facts.line('stdout', 'hello', false);
  return emitted;
}

const groupsOf = (facts: readonly StackEvent[]): unknown[] =>
  facts.map((fact) => ('logGroup' in fact ? fact.logGroup : undefined));

it('names the log group that the template gives to the function', () => {
  expect(groupsOf(factsWith('/shop'))).toEqual(['/shop', '/shop']);
});

it("does not repeat the function's name as its log group", () => {
  expect(groupsOf(factsWith('/aws/lambda/shop-api'))).toEqual([undefined, undefined]);
});

it('begins each fact with its type and time, as it is stored', () => {
  const facts = factsWith('/shop');
  expect(facts).toHaveLength(2);
  for (const fact of facts) expect(Object.keys(fact).slice(0, 2)).toEqual(['type', 'timeMs']);
});

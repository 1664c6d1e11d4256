import { checkScenarios } from './check.ts';

const check = (...flows: unknown[]) =>
  checkScenarios(
    {
      config: {},
      scenarios: flows.map((flow) => ({ engine: 'websocket-push', flow })),
    },
    'websocket-push',
  );

describe('the check before any traffic', () => {
  it('reports nothing about correct scenarios, and does not check those of other engines', () => {
    expect(
      check([
        'connect',
        { subscribe: 'news' },
        { loop: [{ think: 1 }], count: 2 },
        { close: null },
      ]),
    ).toEqual([]);
    const other = { config: { engine: 'http' }, scenarios: [{ flow: [{ subscrbe: 1 }] }] };
    expect(checkScenarios(other, 'websocket-push')).toEqual([]);
  });

  it.each([
    ['subscrbe', 'subscribe'],
    ['conect', 'connect'],
    ['Hold', 'hold'],
    ['publsih', 'publish'],
    ['vanihs', 'vanish'],
  ])('asks about "%s" whether "%s" was meant', (word, meant) => {
    const [fault] = check([{ connect: null }, { [word]: 'x' }]);
    expect(fault).toContain(
      `scenarios[0].flow[1]: there is no step "${word}"; did you mean "${meant}"?`,
    );
  });

  it('asks the same of a step that is only a word', () => {
    expect(check(['conect'])[0]).toContain('there is no step "conect"; did you mean "connect"?');
    expect(check(['hold'])[0]).toContain('scenarios[0].flow[0].hold: Invalid input');
  });

  it('finds what is wrong in all scenarios, also in steps within steps', () => {
    const faults = check(
      [{ loop: [{ parallel: [{ sned: 'x' }] }], count: 2 }],
      [{ crowd: { count: 2, steps: [{ hold: {} }] } }],
      'connect',
    );
    expect(faults.map((fault) => fault.split(':', 1)[0])).toEqual([
      'scenarios[0].flow[0].loop[0].parallel[0]',
      'scenarios[1].flow[0].crowd[0].hold',
      'scenarios[2].flow',
    ]);
  });

  it.each([
    [{ publish: { url: '/x', chanel: 'news' } }, 'there is no setting "chanel" here'],
    [{ expect: { json: 'type' } }, '"type" is not a path to one value'],
    [{ connect: null, send: 'x' }, '"connect" and "send" are two steps'],
    [{ hold: 3, count: 2 }, '"count" cannot be combined with "hold"'],
    [{ loop: [], cuont: 2 }, 'there is no setting "cuont" here'],
    [7, '7 is not a step'],
  ])('says what is wrong with %j', (step, text) => {
    expect(check([step]).join('\n')).toContain(text);
  });
});

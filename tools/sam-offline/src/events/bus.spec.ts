import { createEventBus, type StackEvent } from './index.ts';

function reloaded(name: string): StackEvent {
  return { type: 'code.reloaded', timeMs: 0, functions: [name], startAgain: [] };
}

describe('the bus', () => {
  it('gives every listener each fact, in order', () => {
    const bus = createEventBus();
    const heard: string[] = [];
    const listen = (who: string) => (event: StackEvent) => {
      heard.push(`${who} ${event.type === 'code.reloaded' ? event.functions.join() : '?'}`);
    };
    bus.subscribe(listen('first'));
    bus.subscribe(listen('second'));

    bus.emit(reloaded('a'));
    bus.emit(reloaded('b'));

    expect(heard).toEqual(['first a', 'second a', 'first b', 'second b']);
  });

  it('says whether there is a listener, so that no fact is built in vain', () => {
    const bus = createEventBus();
    expect(bus.hasListeners).toBe(false);
    const unsubscribe = bus.subscribe(() => undefined);
    expect(bus.hasListeners).toBe(true);
    unsubscribe();
    expect(bus.hasListeners).toBe(false);
  });

  it('gives no fact to a listener that has ended its subscription', () => {
    const bus = createEventBus();
    const listener = jest.fn();
    bus.subscribe(listener)();
    bus.emit(reloaded('a'));
    expect(listener).not.toHaveBeenCalled();
  });

  it('continues with other listeners when one throws, and reports its error', () => {
    const bus = createEventBus();
    const heard: StackEvent[] = [];
    bus.subscribe((event) => {
      if (event.type === 'code.reloaded') throw new Error('no space');
    });
    bus.subscribe((event) => heard.push(event));

    bus.emit(reloaded('a'));

    expect(heard.map(({ type }) => type)).toEqual(['warning', 'code.reloaded']);
    expect(heard[0]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('no space'),
    });
  });
});

describe('the clock of facts', () => {
  function withClocks() {
    const clocks = { wall: 1_000_000, monotonic: 0 };
    const bus = createEventBus({
      wallClock: () => clocks.wall,
      monotonicClock: () => clocks.monotonic,
    });
    const warnings: string[] = [];
    bus.subscribe((event) => {
      if (event.type === 'warning') warnings.push(event.message);
    });
    const pass = (ms: number): void => {
      clocks.wall += ms;
      clocks.monotonic += ms;
    };
    return { bus, clocks, warnings, pass };
  }

  it('runs on with fractions of a millisecond', () => {
    const { bus, pass } = withClocks();
    pass(0.25);
    expect(bus.now()).toBe(1_000_000.25);
  });

  it('does not run backwards when the machine’s clock is corrected a little', () => {
    const { bus, clocks, warnings } = withClocks();
    const before = bus.now();
    clocks.wall -= 200;
    clocks.monotonic += 1;
    expect(bus.now()).toBe(before + 1);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['ahead', 3_600_000],
    ['back', -3_600_000],
  ])('follows the machine’s clock when that jumps %s, and says so once', (_way, jumpMs) => {
    const { bus, clocks, warnings, pass } = withClocks();
    clocks.wall += jumpMs;
    expect(bus.now()).toBe(1_000_000 + jumpMs);
    pass(5);
    expect(bus.now()).toBe(1_000_005 + jumpMs);
    expect(warnings).toEqual([expect.stringContaining(`jumped by ${jumpMs / 1000}.0 s`)]);
  });
});

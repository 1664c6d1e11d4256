import type { Channel, ServerEvent } from '@blogapp/shared-types';
import { act, createElement, StrictMode, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
// The test renderer is deprecated because its output is not a page. These tests are about effects,
// and need no page.
/* eslint-disable @typescript-eslint/no-deprecated */
import { create, type ReactTestRenderer } from 'react-test-renderer';
import type { RealtimeClient } from './client.ts';
import { useChannel, useConnectionState } from './react.ts';
import { World, type Page } from './testing/world.ts';

let world: World;
let page: Page;
let shown: ReactTestRenderer | undefined;

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // The test renderer prints once that it is deprecated.
  jest.spyOn(console, 'error').mockImplementation();
});
afterAll(() => {
  jest.restoreAllMocks();
});
beforeEach(() => {
  world = new World();
  page = world.page();
});
afterEach(() => {
  act(() => shown?.unmount());
  shown = undefined;
  page.client.close();
});

interface Props {
  readonly client: RealtimeClient;
  readonly channel?: Channel;
  readonly onEvent?: (event: ServerEvent) => void;
}

function Comments({ client, channel, onEvent = () => undefined }: Props): ReactElement {
  useChannel(client, channel, { onEvent });
  return createElement('p', null, useConnectionState(client).status);
}

const element = (props: Omit<Props, 'client'> = {}): ReactElement =>
  createElement(StrictMode, null, createElement(Comments, { client: page.client, ...props }));

async function show(props: Omit<Props, 'client'>): Promise<void> {
  act(() => {
    if (shown) shown.update(element(props));
    else shown = create(element(props));
  });
  await act(async () => {
    await world.clock.advance(3_000);
  });
}

test('a server renders without a connection', async () => {
  expect(renderToString(element({ channel: world.table.channel }))).toBe('<p>idle</p>');
  await world.clock.advance(3_000);
  expect(world.server.handshakes).toEqual([]);
});

test('in strict mode, a component has each event once, in its latest callback, and one connection', async () => {
  const { channel } = world.table;
  const [first, second]: [ServerEvent[], ServerEvent[]] = [[], []];
  await show({ channel, onEvent: (event) => first.push(event) });
  expect(shown?.toJSON()).toMatchObject({ children: ['open'] });
  world.write('one');
  await show({ channel, onEvent: (event) => first.push(event) });
  world.write('two');
  await show({ channel, onEvent: (event) => second.push(event) });
  expect([first.length, second.length]).toEqual([1, 1]);
  expect(world.server.handshakes).toHaveLength(1);
  const [connection] = world.server.connections;
  expect(connection?.joined.size).toBe(1);

  await show({});
  expect(connection?.joined.size).toBe(0);
});

test('the component renders again when the connection state changes', async () => {
  await show({ channel: world.table.channel });
  world.server.faults.networkDown = true;
  await act(async () => {
    for (const connection of [...world.server.connections]) world.server.reset(connection);
    await world.clock.advance(100);
  });
  expect(shown?.toJSON()).toMatchObject({ children: ['waiting'] });
});

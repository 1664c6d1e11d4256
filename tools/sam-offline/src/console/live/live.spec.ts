import { IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createEventBus } from '../../events/index.ts';
import { logOf } from '../../insights/testing/facts.ts';
import { Live } from './live.ts';

it('sends hello again to a page that did not read for a while, when it reads again', () => {
  jest.useFakeTimers();
  const bus = createEventBus();
  const live = new Live(bus, 'run-1');
  const written: string[] = [];
  const response = {
    ...{ writableLength: 0, writeHead: () => undefined, end: () => undefined },
    write: (text: string) => written.push(text),
  };
  live.open(new IncomingMessage(new Socket()), response as unknown as ServerResponse);
  response.writableLength = 100;
  bus.emit(logOf());
  jest.advanceTimersByTime(250);
  expect(written).toHaveLength(1);
  response.writableLength = 0;
  jest.advanceTimersByTime(250);
  expect(written.slice(1)).toEqual(['event: hello\ndata: {"runId":"run-1"}\n\n']);
  live.close();
  jest.useRealTimers();
});

'use client';

import { isChannel, type Channel } from '@blogapp/shared-types';
import type { RealtimeClient } from '@blogapp/realtime-client';
import { useEffect, useReducer, useState } from 'react';
import { LiveChannel, useRealtimeClient } from '../realtime/index.ts';
import { Button, TextField } from '../ui/index.ts';
import { EMPTY_JOURNAL, latencyAt, record, type Entry, type Happening } from './journal.ts';
import styles from './RealtimePage.module.css';

/** A page for developers: the states of the connection, its events, and their latencies. */
export function RealtimePage() {
  const client = useRealtimeClient();
  const [channel, setChannel] = useState<Channel>('all');
  const [journal, happened] = useReducer(
    (before, [happening, atMs]: readonly [Happening, number]) => record(before, happening, atMs),
    EMPTY_JOURNAL,
  );

  useEffect(() => {
    if (!client) return undefined;
    const note = (): void => {
      happened([{ kind: 'state', status: client.state.status }, Date.now()]);
    };
    note();
    return client.onStateChange(note);
  }, [client]);

  const ms = (quantile: number): string => {
    const latency = latencyAt(journal, quantile);
    return latency === undefined ? '–' : `${latency} ms`;
  };
  return (
    <div className={styles.page}>
      <h1>Realtime</h1>
      <LiveChannel
        key={channel}
        channel={channel}
        onEvent={(event) => {
          happened([{ kind: 'event', event }, Date.now()]);
        }}
        onTruncated={() => {
          happened([{ kind: 'truncated' }, Date.now()]);
        }}
      />
      <ChannelForm channel={channel} onChange={setChannel} client={client} />
      <dl className={styles.facts}>
        <Fact name="State" value={stateOf(journal.entries)} />
        <Fact name="Connections" value={journal.opened} />
        <Fact name="Events" value={journal.events} />
        <Fact name="Replayed" value={journal.replayed} />
        <Fact name="Reloads" value={journal.truncated} />
        <Fact name="Median latency" value={ms(0.5)} />
        <Fact name="p95 latency" value={ms(0.95)} />
        <Fact name="Greatest latency" value={ms(1)} />
      </dl>
      <p className={styles.soft}>
        A latency is the time from when something happened on the server to when it was here, by
        both clocks; those of replayed events are not counted. All tabs of this browser share one
        connection.
      </p>
      <Log entries={journal.entries} />
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const stateOf = (entries: readonly Entry[]): string =>
  entries.find((entry) => entry.kind === 'state')?.status ?? 'idle';

interface FormProps {
  readonly channel: Channel;
  readonly onChange: (channel: Channel) => void;
  readonly client: RealtimeClient | undefined;
}

function ChannelForm({ channel, onChange, client }: FormProps) {
  const [text, setText] = useState<string>(channel);
  const [fault, setFault] = useState<string>();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const given = text.trim();
        if (isChannel(given)) {
          setFault(undefined);
          onChange(given);
        } else
          setFault(`"${given}" is not a channel. Write "all", or "post:" and the id of a post.`);
      }}
    >
      <TextField
        label="Channel"
        hint='"all", or "post:" and the id of a post.'
        fault={fault}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <div className={styles.buttons}>
        <Button type="submit" look="primary">
          Subscribe
        </Button>
        <Button onClick={() => client?.reconnect()}>Reconnect</Button>
      </div>
    </form>
  );
}

function Log({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <div className={styles.scroll} role="region" aria-label="What happened" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col" className={styles.number}>
              Latency
            </th>
            <th scope="col">Id</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.key}>
              <td>{new Date(entry.atMs).toISOString().slice(11, 23)}</td>
              <td>{whatOf(entry)}</td>
              <td className={styles.number}>
                {entry.kind === 'event' ? `${entry.latencyMs} ms` : ''}
              </td>
              <td>{entry.kind === 'event' ? entry.id : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whatOf(entry: Entry): string {
  switch (entry.kind) {
    case 'state':
      return `connection: ${entry.status}`;
    case 'truncated':
      return 'events are missing: load again';
    case 'event':
      return entry.isReplayed ? `${entry.type} (replayed)` : entry.type;
  }
}

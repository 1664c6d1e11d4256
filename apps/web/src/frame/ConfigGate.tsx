'use client';

import type { ReactNode } from 'react';
import { ConfigError, loadConfig, useConfigState } from '../config/index.ts';
import { Button, Message } from '../ui/index.ts';

/** Shows the page, or a message when the configuration can not be read. */
export function ConfigGate({ children }: { readonly children: ReactNode }) {
  const state = useConfigState();
  if (state.status !== 'failed') return children;
  const { error } = state;
  const isOperators = error instanceof ConfigError;
  return (
    <Message
      isPage
      tone="bad"
      title={isOperators ? 'The blog is not set up correctly' : 'The blog does not respond'}
      action={
        <Button
          look="primary"
          onClick={() => {
            void loadConfig().catch(() => undefined);
          }}
        >
          Try again
        </Button>
      }
    >
      {isOperators ? error.message : 'Check your connection, and try again.'}
    </Message>
  );
}

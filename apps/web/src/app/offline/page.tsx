import type { Metadata } from 'next';
import { ButtonLink, Message } from '../../ui/index.ts';

export const metadata: Metadata = { title: 'You are offline' };

export default function OfflinePage() {
  return (
    <Message
      isPage
      title="You are offline"
      action={
        <ButtonLink look="primary" href="/">
          Try again
        </ButtonLink>
      }
    >
      This page was not loaded before, so it can not be shown now. What you wrote is kept on this
      device, and is sent when you are back.
    </Message>
  );
}

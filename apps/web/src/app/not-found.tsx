import type { Metadata } from 'next';
import { ButtonLink, Message } from '../ui/index.ts';

export const metadata: Metadata = { title: 'There is no such page' };

export default function NotFoundPage() {
  return (
    <Message
      isPage
      title="There is no such page"
      action={
        <ButtonLink look="primary" href="/">
          Show the newest posts
        </ButtonLink>
      }
    >
      The address may be wrong, or the page was removed.
    </Message>
  );
}

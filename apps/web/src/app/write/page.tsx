import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EditorPage } from '../../editor/index.ts';

export const metadata: Metadata = { title: 'Write' };

export default function Page() {
  return (
    <Suspense>
      <EditorPage />
    </Suspense>
  );
}

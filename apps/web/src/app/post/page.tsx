import type { Metadata } from 'next';
import { Suspense } from 'react';
import { PostPage, PostSkeleton } from '../../post/index.ts';

export const metadata: Metadata = { title: 'Post' };

export default function Page() {
  return (
    <Suspense fallback={<PostSkeleton />}>
      <PostPage />
    </Suspense>
  );
}

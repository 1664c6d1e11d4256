import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ProfilePage } from '../../profile/index.ts';

export const metadata: Metadata = { title: 'Profile' };

export default function Page() {
  return (
    <Suspense>
      <ProfilePage />
    </Suspense>
  );
}

import type { Metadata } from 'next';
import { RealtimePage } from '../../../debug/index.ts';

export const metadata: Metadata = { title: 'Realtime' };

export default function Page() {
  return <RealtimePage />;
}

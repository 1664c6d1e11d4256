import Link from 'next/link';
import type { ReactNode } from 'react';
import { Announcements } from './Announcements.tsx';
import { ConfigGate } from './ConfigGate.tsx';
import { Header } from './Header.tsx';
import { PendingWrites } from './PendingWrites.tsx';
import { RealtimeSession } from './RealtimeSession.tsx';
import { ServiceWorker } from './ServiceWorker.tsx';
import styles from './Frame.module.css';

/** The frame of every page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <Header />
      <Announcements />
      <PendingWrites />
      <main id="main" className={styles.main} tabIndex={-1}>
        <ConfigGate>{children}</ConfigGate>
      </main>
      <footer className={styles.footer}>
        <div className={styles.bar}>
          <span>Comments appear here as they are written.</span>
          <Link href="/debug/realtime/" prefetch={false}>
            Realtime, for developers
          </Link>
        </div>
      </footer>
      <RealtimeSession />
      <ServiceWorker />
    </div>
  );
}

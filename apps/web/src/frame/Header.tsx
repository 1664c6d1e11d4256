'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useSession } from '../session/index.ts';
import { Connection } from './Connection.tsx';
import styles from './Frame.module.css';

export function Header() {
  const path = usePathname();
  const current = (href: string): 'page' | undefined => (path === href ? 'page' : undefined);
  return (
    <header className={styles.header}>
      <div className={styles.bar}>
        <Link className={styles.name} href="/">
          blogapp
        </Link>
        <div className={styles.connection}>
          <Connection />
        </div>
        <nav className={styles.nav} aria-label="Main">
          <Link className={styles.link} href="/write/" aria-current={current('/write/')}>
            Write
          </Link>
          <span className={styles.account}>
            <Account current={current} />
          </span>
        </nav>
      </div>
    </header>
  );
}

function Account({ current }: { readonly current: (href: string) => 'page' | undefined }) {
  const { status, user } = useSession();
  if (status === 'loading') return null;
  if (user === undefined) {
    return (
      <Link className={styles.link} href="/sign-in/" aria-current={current('/sign-in/')}>
        Sign in
      </Link>
    );
  }
  return (
    <Link
      className={styles.link}
      href={`/profile/?user=${encodeURIComponent(user.uid)}`}
      aria-current={current('/profile/')}
    >
      <span dir="auto">{user.name}</span>
    </Link>
  );
}

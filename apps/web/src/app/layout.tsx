import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { CONFIG_PATH } from '../config/index.ts';
import { Frame } from '../frame/index.ts';
import '../ui/base.css';

export const metadata: Metadata = {
  title: { default: 'blogapp', template: '%s · blogapp' },
  description: 'A blog with comments that appear as they are written.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fdfcfa' },
    { media: '(prefers-color-scheme: dark)', color: '#16171a' },
  ],
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        {/* Everything waits for the configuration, so it is fetched at the same time as the scripts. */}
        <link rel="preload" href={CONFIG_PATH} as="fetch" crossOrigin="anonymous" />
      </head>
      <body>
        <Frame>{children}</Frame>
      </body>
    </html>
  );
}

'use client';

import { Button, Message } from '../ui/index.ts';
import '../ui/base.css';

/**
 * What is shown when a component threw an error. The framework's own page has inline styles, which
 * the content security policy refuses.
 */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>This page has failed</title>
        <main>
          <Message
            isPage
            tone="bad"
            title="This page has failed"
            action={
              <Button
                look="primary"
                onClick={() => {
                  window.location.reload();
                }}
              >
                Load it again
              </Button>
            }
          >
            What you wrote is kept in this browser.
          </Message>
        </main>
      </body>
    </html>
  );
}

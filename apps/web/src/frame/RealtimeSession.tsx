'use client';

import { useEffect, useRef } from 'react';
import { connectWith, useRealtimeClient } from '../realtime/index.ts';
import { useSession } from '../session/index.ts';

/** Connects as the signed-in user, and again when the user changes. It renders nothing. */
export function RealtimeSession() {
  const { status, user, token } = useSession();
  const client = useRealtimeClient();
  const uid = user?.uid;
  const connectedAs = useRef(uid);
  useEffect(() => {
    connectWith(token);
  }, [token]);
  useEffect(() => {
    if (status === 'loading' || connectedAs.current === uid) return;
    connectedAs.current = uid;
    client?.reconnect();
  }, [status, uid, client]);
  return null;
}

/**
 * `npm run dev-token -- --uid alice`: prints an ID token for the stack that `npm start` runs. No
 * emulator is needed; nothing but a stack in development takes it.
 */
import { parseArgs } from 'node:util';
import { developmentToken } from '../development/index.ts';

const { values } = parseArgs({
  options: {
    uid: { type: 'string', default: 'alice' },
    name: { type: 'string' },
    project: { type: 'string', default: process.env.FIREBASE_PROJECT_ID ?? 'demo-blogapp' },
    /** Seconds. */
    lifetime: { type: 'string', default: '3600' },
  },
});

console.log(
  developmentToken({
    projectId: values.project,
    userId: values.uid,
    ...(values.name !== undefined && { name: values.name }),
    lifetimeSeconds: Number(values.lifetime),
  }),
);

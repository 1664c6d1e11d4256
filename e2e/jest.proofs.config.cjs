/** `npm run alarms:prove` uses this. Each file starts its own stack. */
module.exports = {
  ...require('../jest.preset.cjs')('alarms', __dirname),
  testMatch: ['<rootDir>/src/proofs/*.proof.ts'],
};

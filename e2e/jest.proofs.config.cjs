/** `npm run alarms:prove`: each file starts a stack of its own. */
module.exports = {
  ...require('../jest.preset.cjs')('alarms', __dirname),
  testMatch: ['<rootDir>/src/proofs/*.proof.ts'],
};

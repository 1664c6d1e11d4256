module.exports = {
  ...require('../jest.preset.cjs')('e2e', __dirname),
  globalSetup: '<rootDir>/src/support/global-setup.ts',
  globalTeardown: '<rootDir>/src/support/global-teardown.ts',
};

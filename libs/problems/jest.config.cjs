module.exports = require('../../jest.preset.cjs')('problems', __dirname);

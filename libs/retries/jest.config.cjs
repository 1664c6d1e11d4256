module.exports = require('../../jest.preset.cjs')('retries', __dirname);

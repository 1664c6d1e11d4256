module.exports = require('../../jest.preset.cjs')('loadtest-engine', __dirname);

module.exports = require('../../jest.preset.cjs')('ws-handlers', __dirname);

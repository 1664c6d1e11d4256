module.exports = require('../../jest.preset.cjs')('realtime-client', __dirname);

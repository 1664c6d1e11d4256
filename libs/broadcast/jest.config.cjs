module.exports = require('../../jest.preset.cjs')('broadcast', __dirname);

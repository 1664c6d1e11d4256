module.exports = require('../../jest.preset.cjs')('dashboard', __dirname);

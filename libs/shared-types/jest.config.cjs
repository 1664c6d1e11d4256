module.exports = require('../../jest.preset.cjs')('shared-types', __dirname);

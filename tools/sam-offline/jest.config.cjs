module.exports = require('../../jest.preset.cjs')('sam-offline', __dirname);

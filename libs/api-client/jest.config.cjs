module.exports = require('../../jest.preset.cjs')('api-client', __dirname);

module.exports = require('../../jest.preset.cjs')('aws-prices', __dirname);

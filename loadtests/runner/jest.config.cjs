module.exports = require('../../jest.preset.cjs')('loadtests-runner', __dirname);

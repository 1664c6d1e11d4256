/**
 * What libs/broadcast uses of undici. The package's index loads fetch, WebSockets, caches and mocks
 * as well, which took a third of the broadcast handler's cold start (measured: 45 ms of CPU).
 */
module.exports = {
  Client: require('undici/lib/dispatcher/client.js'),
  buildConnector: require('undici/lib/core/connect.js'),
};

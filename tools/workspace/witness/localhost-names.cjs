/**
 * The emulator tells its APIs apart by their host names. This module makes Node.js resolve them to
 * this machine: `*.localhost`, which not every resolver knows (RFC 6761, section 6.3), and Function
 * URLs, which have AWS's domain. It is loaded with `node --require`.
 */
const dns = require('node:dns');
const { lookup } = dns;

dns.lookup = (hostname, options, callback) => {
  const isHere =
    typeof hostname === 'string' && /\.(localhost|lambda-url\.[\w-]+\.on\.aws)$/.test(hostname);
  return lookup(isHere ? '127.0.0.1' : hostname, options, callback);
};

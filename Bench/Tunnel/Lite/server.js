// guacamole-lite as its documentation starts it, without its log; prints a token for its only connection.
const crypto = require('crypto');
const GuacamoleLite = require('guacamole-lite');
const Crypt = require('guacamole-lite/lib/Crypt.js');

const [port, guacdPort] = process.argv.slice(2).map(Number);
const key = crypto.randomBytes(32);
console.log(encodeURIComponent(new Crypt('AES-256-CBC', key).encrypt({ connection: { type: 'vnc', settings: { hostname: '10.0.0.7' } } })));
console.log = () => {};
new GuacamoleLite({ host: '127.0.0.1', port }, { host: '127.0.0.1', port: guacdPort }, {
  maxInactivityTime: 0,
  log: { level: 0 },
  crypt: { cypher: 'AES-256-CBC', key },
});

/**
 * The part of the page's script that shows the WebSocket API; it uses the functions of
 * page-script.ts.
 */
export const REALTIME_SCRIPT = String.raw`
const showRealtime = (api) => {
  const deref = (value) => value && value.$ref
    ? deref(value.$ref.slice(2).split('/').reduce((node, key) => node[key], api)) : value;
  const typeOf = (schema) => schema.enum ? schema.enum.map((one) => JSON.stringify(one)).join(' | ')
    : schema.const !== undefined ? JSON.stringify(schema.const)
    : schema.type === 'array' ? typeOf(schema.items) + '[]' + (schema.maxItems ? ', ' + (schema.minItems || 0) + ' to ' + schema.maxItems : '')
    : schema.pattern && schema.pattern.includes('post:') ? '"all" or "post:<ULID>"' : schema.pattern ? 'ULID'
    : schema.format || schema.type || 'any';
  const rows = (schema, prefix) => Object.entries(schema.properties || {}).flatMap(([name, property]) => [
    make('tr', {}, make('td', {}, make('code', (schema.required || []).includes(name) ? { class: 'required' } : {}, prefix + name)),
      make('td', { class: 'quiet' }, typeOf(property))),
    ...rows(property, prefix + name + '.'),
  ]);
  const article = (id, label, title, ...children) => make('article', { id },
    make('header', {}, make('span', { class: 'method ' + (label === 'send' ? 'post' : 'get') }, label), make('h3', {}, title)), make('div', {}, ...children));
  const message = (label) => (reference) => {
    const { name, summary, payload, examples } = deref(reference);
    const fields = rows(payload, '');
    return article('ws-' + name, label, name, ...prose(summary), ...(fields.length ? [make('table', {}, ...fields)] : []), ...examples.map(({ payload }) => json(payload)));
  };
  const channel = api.channels.connection;
  const operations = Object.values(api.operations);
  // The document says what the API does; a reader wants to know what their client does.
  const sent = operations.filter(({ action }) => action === 'receive');
  const unique = (references) => [...new Map(references.map((one) => [one.$ref, one])).values()];
  const responses = unique(sent.flatMap(({ reply }) => reply.messages));
  const pushed = operations.filter(({ action }) => action === 'send').flatMap(({ messages }) => messages);
  const groups = [['Messages that a client sends', 'send', unique(sent.flatMap(({ messages }) => messages))], ['Responses', 'receive', responses], ['Events, and what API Gateway says', 'receive', pushed]];
  const facts = (title, pairs) => [make('h4', {}, title), make('table', {}, ...pairs.map(([name, value]) =>
    make('tr', {}, make('td', {}, make('code', {}, name)), make('td', {}, ...inline(value)))))];
  const servers = Object.values(api.servers).map((server) => [server.protocol + '://' + server.host + server.pathname, server.description]);

  document.querySelector('nav').append(make('h2', {}, 'WebSocket'), make('a', { href: '#websocket' }, 'Connection and limits'),
    ...groups.flatMap(([, label, references]) => references.map((reference) =>
      make('a', { href: '#ws-' + deref(reference).name }, make('span', { class: 'method ' + (label === 'send' ? 'post' : 'get') }, label), deref(reference).name))));
  document.querySelector('main').append(make('h1', { id: 'websocket' }, api.info.title),
    make('p', { class: 'quiet' }, make('a', { href: 'asyncapi.json' }, 'asyncapi.json')), ...prose(api.info.description),
    make('article', {}, make('div', {}, ...facts('Where', servers), ...facts('Limits', Object.entries(channel['x-limits']).map(([name, value]) => [name, value.toLocaleString('en')])),
      ...facts('Close codes', channel['x-close-codes'].map(({ code, reason }) => [String(code), reason])))),
    ...groups.flatMap(([title, label, references]) => [make('h2', { class: 'tag' }, title), ...references.map(message(label))]));
};
`;

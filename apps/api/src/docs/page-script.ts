/**
 * The script of the reference page. It puts text into the page as text, never as HTML. The script
 * is a string, because it is sent unchanged: its hash is in the page's Content-Security-Policy.
 */
export const PAGE_SCRIPT = String.raw`
'use strict';
const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
};
const inline = (text) => text.split(/(\x60[^\x60]+\x60|\*\*[^*]+\*\*|\[[^\]]+\]\([\w.]+\))/).map((part) =>
  /^\[.+\]\([\w.]+\)$/.test(part) ? make('a', { href: part.slice(part.indexOf('](') + 2, -1) }, part.slice(1, part.indexOf(']('))) :
  part.startsWith('\x60') ? make('code', {}, part.slice(1, -1))
  : part.startsWith('**') ? make('strong', {}, ...inline(part.slice(2, -2))) : part);
const prose = (text) => (text || '').split(/\n{2,}/).map((block) => /^- /.test(block)
  ? make('ul', {}, ...block.split(/\n(?=- )/).map((item) => make('li', {}, ...inline(item.slice(2)))))
  : make('p', {}, ...inline(block)));
const json = (value) => make('pre', {}, make('code', {}, typeof value === 'string' ? value : JSON.stringify(value, null, 2)));

const show = (api) => {
  const deref = (value) => value && value.$ref
    ? deref(value.$ref.slice(2).split('/').reduce((node, key) => node[key], api)) : value;
  const nameOf = (schema) => schema.$ref ? schema.$ref.split('/').pop()
    : schema.type === 'array' ? nameOf(schema.items) + '[]'
    : schema.enum ? schema.enum.map((one) => JSON.stringify(one)).join(' | ')
    : schema.const !== undefined ? JSON.stringify(schema.const)
    : schema.format || schema.type || 'any';
  const limits = (schema) => [
    schema.minLength !== undefined || schema.maxLength !== undefined
      ? (schema.minLength || 0) + (schema.maxLength === undefined ? ' characters or more' : ' to ' + schema.maxLength + ' characters') : '',
    schema.minimum !== undefined && schema.maximum !== undefined ? schema.minimum + ' to ' + schema.maximum : '',
    schema.default !== undefined ? 'else ' + JSON.stringify(schema.default) : '',
  ].filter(Boolean).join(', ');
  const row = (name, required, schema, description) => make('tr', {},
    make('td', {}, make('code', required ? { class: 'required' } : {}, name)),
    make('td', {}, make('span', { class: 'quiet' }, nameOf(schema), limits(deref(schema)) ? ' · ' + limits(deref(schema)) : ''),
      ...(description ? [make('br'), ...inline(description)] : [])));
  const fields = (schema) => {
    const target = deref(schema);
    if (!target || !target.properties) return undefined;
    return make('table', {}, ...Object.entries(target.properties).map(([name, property]) =>
      row(name, (target.required || []).includes(name), property, deref(property).description)));
  };
  const content = (body) => Object.entries((body && body.content) || {}).flatMap(([type, media]) => {
    const examples = media.examples ? Object.values(media.examples).map(({ value }) => value) : media.example === undefined ? [] : [media.example];
    return [make('p', { class: 'quiet' }, type + (media.schema ? ' · ' + nameOf(media.schema) : '')), fields(media.schema), ...examples.map(json)];
  });
  const section = (title, ...children) => children.length ? [make('h4', {}, title), ...children] : [];

  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  const article = ({ path, method, operation }) => make('article', { id: operation.operationId },
    make('header', {}, make('span', { class: 'method ' + method }, method), make('code', { class: 'path' }, path),
      make('h3', {}, operation.summary),
      operation.security && operation.security.length ? make('span', { class: 'lock' }, operation.security[0].sigv4 ? 'signed with IAM' : 'needs an ID token') : undefined),
    make('div', {}, ...prose(operation.description),
      ...section('Parameters', ...(operation.parameters || []).length ? [make('table', {}, ...operation.parameters.map(deref).map((parameter) =>
        row(parameter.name, parameter.required, parameter.schema, (parameter.in === 'header' ? 'Header. ' : '') + (parameter.description || ''))))] : []),
      ...section('Body', ...content(deref(operation.requestBody))),
      ...section('Responses', ...Object.entries(operation.responses).map(([status, response]) => {
        const target = deref(response);
        const heading = make('summary', {}, make('span', { class: 'status ' + (status < 400 ? 'ok' : 'no') }, status), ' ', ...inline(target.description || ''));
        const headers = Object.entries(target.headers || {});
        const table = headers.length ? make('table', {}, ...headers.map(([name, header]) => row(name, false, header.schema, header.description))) : undefined;
        return make('details', status < 300 ? { open: '' } : {}, heading, ...content(target), table);
      }))));

  document.querySelector('nav').append(make('strong', {}, api.info.title + ' ' + api.info.version),
    ...api.tags.flatMap((tag) => [make('h2', {}, tag.name), ...operations.filter(({ operation }) => operation.tags.includes(tag.name))
      .map(({ method, operation }) => make('a', { href: '#' + operation.operationId }, make('span', { class: 'method ' + method }, method), operation.summary))]));
  document.querySelector('main').replaceChildren(make('h1', {}, api.info.title), make('p', { class: 'quiet' }, 'Version ' + api.info.version + ' · ',
    make('a', { href: 'openapi.json' }, 'openapi.json')), ...prose(api.info.description),
    ...api.tags.flatMap((tag) => [make('h2', { class: 'tag' }, tag.name), ...prose(tag.description),
      ...operations.filter(({ operation }) => operation.tags.includes(tag.name)).map(article)]));
};
`;

/** The last part of the script, which runs when all functions are defined. */
export const RUN_SCRIPT = String.raw`
const read = (name) => fetch(name).then((response) => response.json());
Promise.all([read('openapi.json'), read('asyncapi.json')]).then(([api, realtime]) => {
  show(api);
  showRealtime(realtime);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}).catch((error) => {
  document.querySelector('main').replaceChildren(make('p', {}, 'The descriptions could not be read: ' + error.message));
});
`;

import { h, icon, patch, ageOf } from './dom.js';
import { store } from './store.js';
import { groups, stateReason, stateView, typeIcon, waitingView } from './state.js';
import { commandButtons } from './commands.js';

const $ = id => document.getElementById(id);
const rows = new Map();
let group = null;
let words = '';

$('filter').addEventListener('input', event => {
  words = event.target.value.trim().toLowerCase();
  renderResources();
});

export function renderResources() {
  const everything = store.all();
  const resources = tree(everything.filter(resource => !resource.isParameter));
  const wanted = resources.filter(({ resource }) => matches(resource));
  renderGroups(resources.map(({ resource }) => resource));
  renderRows(wanted);
  renderParameters(everything.filter(resource => resource.isParameter));
  const empty = $('empty');
  empty.hidden = wanted.length > 0 || !store.loaded;
  empty.textContent = resources.length ? 'Nothing matches.' : 'The model has no resources.';
  $('resources').hidden = !wanted.length;
}

/** Children below their parents, with their depth. */
function tree(resources) {
  const names = new Set(resources.map(resource => resource.name));
  const children = Map.groupBy(resources, resource => names.has(resource.parent) && resource.parent !== resource.name ? resource.parent : '');
  const placed = [];
  const place = (parent, depth) => {
    for (const resource of children.get(parent) ?? []) {
      placed.push({ resource, depth });
      if (depth < 8) place(resource.name, depth + 1);
    }
  };
  place('', 0);
  return placed;
}

function matches(resource) {
  if (group && !groups[group].tones.includes(resource.tone)) return false;
  return !words || [resource.name, resource.type, resource.source ?? ''].some(text => text.toLowerCase().includes(words));
}

function renderGroups(resources) {
  const counts = Object.entries(groups).map(([key, { label, tones }]) => [key, label, resources.filter(r => tones.includes(r.tone)).length]);
  if (group && !counts.find(([key, , count]) => key === group && count)) group = null;
  const buttons = [[null, 'All', resources.length], ...counts.filter(([, , count]) => count)];
  patch($('groups'), [buttons, group], () => buttons.map(([key, label, count]) => h('button', {
    type: 'button', class: `group group-${key ?? 'all'}`, 'aria-pressed': String(group === key), 'data-key': key ?? 'all',
    onclick: () => { group = key; renderResources(); },
  }, label, h('span', { class: 'count' }, String(count)))));
}

function renderRows(wanted) {
  const body = $('rows');
  const shown = new Set(wanted.map(({ resource }) => resource.id));
  for (const [id, row] of rows) {
    if (shown.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  const visible = new Set(wanted.map(({ resource }) => resource.name));
  wanted.forEach(({ resource, depth }, index) => {
    const row = rows.get(resource.id) ?? createRow(resource.id);
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
    updateRow(row, resource, visible.has(resource.parent) ? depth : 0);
  });
}

function createRow(id) {
  const cells = ['name', 'state', 'started', 'addresses', 'actions'].map(name => h('td', { role: 'cell', class: `cell-${name}` }));
  const row = h('tr', { role: 'row' }, cells);
  rows.set(id, row);
  return row;
}

function updateRow(row, resource, depth) {
  const [name, state, started, addresses, actions] = row.children;
  row.dataset.tone = resource.tone;
  row.style.setProperty('--depth', depth);
  patch(name, [resource.name, resource.type, resource.source, resource.icon], () => [
    typeIcon(resource),
    h('div', {},
      h('a', { class: 'name', href: `#/resources/${encodeURIComponent(resource.id)}`, 'data-key': 'name' }, resource.name),
      h('div', { class: 'source', title: resource.source ?? '' }, shortSource(resource))),
  ]);
  patch(state, [resource.state, resource.tone, resource.health, resource.exitCode, resource.waitingFor, stateReason(resource)], () => {
    const reason = stateReason(resource);
    return [stateView(resource), waitingView(resource), reason && h('span', { class: 'reason', title: reason }, reason)];
  });
  patch(started, [resource.startedAt], () => resource.startedAt ? ageOf(resource.startedAt) : h('span', { class: 'none' }, '–'));
  patch(addresses, resource.urls, () => addressLinks(resource));
  patch(actions, [resource.name, resource.commands], () => [
    ...commandButtons(resource, false),
    h('a', {
      class: 'icon-button', href: `#/logs/${encodeURIComponent(resource.id)}`,
      title: 'Console logs', 'aria-label': `Console logs of ${resource.name}`, 'data-key': 'logs',
    }, icon('logs')),
  ]);
}

function shortSource({ type, source }) {
  if (!source) return type;
  const short = type === 'Container' ? source : source.split(/[\\/]/).pop();
  return `${type} · ${short}`;
}

function addressLinks(resource) {
  const links = resource.urls.filter(url => !url.internal).map(url => addressView(url));
  return links.length
    ? h('ul', { class: 'addresses' }, links.map(link => h('li', {}, link)))
    : h('span', { class: 'none' }, '–');
}

export function addressView(url) {
  const openable = /^https?:/.test(url.url) && !url.inactive;
  return openable
    ? h('a', { href: url.url, target: '_blank', rel: 'noreferrer', 'data-key': `url-${url.url}` }, url.text)
    : h('span', { class: 'address', title: url.inactive ? 'Not open now' : '' }, url.text);
}

function renderParameters(parameters) {
  $('parameters').hidden = !parameters.length;
  patch($('parameter-list'), parameters.map(p => [p.id, p.tone, p.state, p.properties]), () => parameters.map(parameter => {
    const value = parameter.properties.find(property => property.name.toLowerCase() === 'value');
    return h('li', {},
      icon('key', 'type-icon'),
      h('a', { class: 'name', href: `#/resources/${encodeURIComponent(parameter.id)}`, 'data-key': parameter.id }, parameter.name),
      value?.masked ? h('span', { class: 'secret' }, '••••••••', h('span', { class: 'hidden-text' }, 'secret')) : h('span', { class: 'value' }, value?.value ?? ''),
      parameter.tone === 'error' || parameter.tone === 'warning' ? stateView(parameter) : null);
  }));
}

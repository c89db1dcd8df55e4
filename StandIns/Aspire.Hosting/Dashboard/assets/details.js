import { h, icon, patch, ageOf, clock } from './dom.js';
import { store } from './store.js';
import { stateReason, stateView, typeIcon, waitingView } from './state.js';
import { addressView } from './resources.js';
import { commandButtons } from './commands.js';

const panel = document.getElementById('details');
const sections = ['head', 'actions', 'overview', 'addresses', 'health', 'environment', 'properties', 'relationships', 'volumes'];
let current = null;
let opener = null;

panel.addEventListener('keydown', event => {
  if (event.key === 'Escape') location.hash = '#/';
});

/** Opens the panel for a resource, or closes it for null. */
export function showDetails(id) {
  if (current === id) return;
  if (id && !current) opener = document.activeElement;
  current = id;
  if (!id) {
    panel.hidden = true;
    if (opener?.isConnected) opener.focus();
    return;
  }
  panel.hidden = false;
  panel.replaceChildren(...sections.map(name => h('section', { class: `details-${name}` })));
  renderDetails();
  panel.scrollTop = 0;
  panel.querySelector('h2')?.focus();
}

export function renderDetails() {
  if (!current) return;
  const resource = store.get(current);
  const [head, actions, overview, addresses, health, environment, properties, relationships, volumes] = panel.children;
  patch(head, [current, resource?.type, resource?.icon], () => header(resource));
  patch(actions, [resource?.commands], () => resource ? actionButtons(resource) : h('p', {}, store.loaded ? 'There is no such resource (any more).' : 'Loading…'));
  for (const section of [...panel.children].slice(2)) section.hidden = true;
  if (!resource) return;

  const { state, health: status, tone, waitingFor, exitCode, startedAt, stoppedAt } = resource;
  fill(overview, 'Overview', [state, status, tone, waitingFor, exitCode, startedAt, stoppedAt, stateReason(resource)], overviewRows(resource), terms);
  fill(addresses, 'Addresses', resource.urls, addressRows(resource), terms);
  fill(health, 'Health checks', resource.healthReports, resource.healthReports, healthList);
  fill(environment, 'Environment', resource.environment, valueRows(resource.environment), terms);
  fill(properties, 'Properties', resource.properties, valueRows(resource.properties), terms);
  fill(relationships, 'Relationships', [resource.relationships, resource.parent], relationshipRows(resource), terms);
  fill(volumes, 'Volumes', resource.volumes, volumeRows(resource), terms);
}

function fill(section, title, signature, items, render) {
  section.hidden = !items.length;
  patch(section, signature, () => [h('h3', {}, title), render(items)]);
}

function header(resource) {
  return [
    resource ? typeIcon(resource) : null,
    h('h2', { id: 'details-title', tabindex: '-1' }, resource?.name ?? current),
    h('a', { class: 'icon-button', href: '#/', title: 'Close', 'aria-label': 'Close the details', 'data-key': 'close' }, icon('close')),
  ];
}

function actionButtons(resource) {
  return [
    h('a', { class: 'button', href: `#/logs/${encodeURIComponent(resource.id)}`, 'data-key': 'logs' }, icon('logs'), 'Console logs'),
    ...commandButtons(resource, true),
  ];
}

function overviewRows(resource) {
  const reason = stateReason(resource);
  return [
    ['State', [stateView(resource), waitingView(resource), reason && h('span', { class: 'reason' }, reason)]],
    ['Type', resource.type],
    resource.source && ['Source', resource.source],
    resource.exitCode !== undefined && ['Exit code', String(resource.exitCode)],
    resource.startedAt && ['Started', [clock(resource.startedAt), ' · ', ageOf(resource.startedAt)]],
    resource.stoppedAt && ['Stopped', [clock(resource.stoppedAt), ' · ', ageOf(resource.stoppedAt)]],
    resource.createdAt && ['Created', clock(resource.createdAt)],
  ].filter(Boolean);
}

function addressRows(resource) {
  return resource.urls.map(url => [url.name ?? 'address', [addressView(url), url.internal ? h('span', { class: 'tag' }, 'internal') : null]]);
}

function volumeRows(resource) {
  return resource.volumes.map(({ target, source, type, readOnly }) => [target, `${source ?? 'anonymous'} (${type}${readOnly ? ', read-only' : ''})`]);
}

function terms(rows) {
  return h('dl', {}, rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

function valueRows(values) {
  return values.map(({ name, value, masked }) => [name,
    masked ? h('span', { class: 'secret' }, '••••••••', h('span', { class: 'hidden-text' }, 'masked')) : h('span', { class: 'value' }, value ?? '')]);
}

function relationshipRows(resource) {
  const link = name => h('a', { href: `#/resources/${encodeURIComponent(name)}`, 'data-key': `rel-${name}` }, name);
  return [
    ...(resource.parent ? [['Parent', link(resource.parent)]] : []),
    ...resource.relationships.map(({ resource: name, type }) => [type.replace(/(?<=[a-z])(?=[A-Z])/g, ' '), link(name)]),
  ];
}

function healthList(reports) {
  return h('ul', { class: 'health' }, reports.map(report => {
    const tone = { Healthy: 'success', Degraded: 'warning', Unhealthy: 'error' }[report.status] ?? 'idle';
    return h('li', {},
      h('div', { class: `state tone-${tone}` }, icon(tone, 'state-icon'), h('span', {}, report.name), h('span', { class: 'tag' }, report.status ?? 'not yet checked')),
      report.description ? h('p', {}, report.description) : null,
      report.exception ? h('details', {}, h('summary', {}, 'Exception'), h('pre', { tabindex: '0' }, report.exception)) : null,
      report.lastRunAt ? h('p', { class: 'quiet-text' }, 'Checked ', ageOf(report.lastRunAt)) : null);
  }));
}

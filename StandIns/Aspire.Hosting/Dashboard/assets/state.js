import { h, icon } from './dom.js';

const labels = { FailedToStart: 'Failed to start', NotStarted: 'Not started', RuntimeUnhealthy: 'Runtime unhealthy' };
const icons = { Container: 'box', Project: 'code', Executable: 'terminal', Parameter: 'key', BlenderDesktop: 'desktop', ExternalService: 'globe' };
// Of the icons that the model may name, the ones that this page can draw.
const iconNames = { database: /database/i, desktop: /desktop/i, globe: /globe|server/i };

export const groups = {
  running: { label: 'Running', tones: ['success'] },
  starting: { label: 'Starting', tones: ['busy', 'waiting'] },
  problems: { label: 'Problems', tones: ['error', 'warning'] },
  ended: { label: 'Not running', tones: ['done', 'idle'] },
};

export function typeIcon(resource) {
  const [named] = Object.entries(iconNames).find(([, pattern]) => pattern.test(resource.icon ?? '')) ?? [];
  return icon(named ?? icons[resource.type] ?? 'box', 'type-icon');
}

export function stateLabel(resource) {
  const state = labels[resource.state] ?? resource.state ?? 'Unknown';
  if (resource.state !== 'Running' || !resource.health || resource.health === 'Healthy' || resource.tone === 'busy') return state;
  return `${state}, ${resource.health.toLowerCase()}`;
}

/** The one line below the state: why it is not well, or what it waits for. */
export function stateReason(resource) {
  const failing = resource.healthReports.find(report => report.status && report.status !== 'Healthy');
  if (resource.state === 'Running' && failing) return `${failing.name}: ${failing.description ?? firstLine(failing.exception) ?? failing.status}`;
  if (resource.tone === 'busy' && resource.state === 'Running') return 'Health is being checked';
  if (resource.exitCode) return `Exit code ${resource.exitCode}`;
  return null;
}

export function stateView(resource) {
  return h('span', { class: `state tone-${resource.tone}` }, icon(resource.tone, 'state-icon'), h('span', {}, stateLabel(resource)));
}

export function waitingView(resource) {
  if (!resource.waitingFor.length) return null;
  const links = resource.waitingFor.flatMap((name, index) => [
    index ? ', ' : '', h('a', { href: `#/resources/${encodeURIComponent(name)}`, 'data-key': `wait-${name}` }, name)]);
  return h('span', { class: 'reason' }, 'Waiting for ', ...links);
}

function firstLine(text) {
  return text?.split('\n')[0];
}

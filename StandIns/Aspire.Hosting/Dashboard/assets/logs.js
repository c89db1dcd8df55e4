import { h, patch } from './dom.js';
import { store } from './store.js';
import { ansiSpans } from './ansi.js';
import { stateView } from './state.js';

const capacity = 5000;
const ended = ['Finished', 'FailedToStart', 'Exited'];
const $ = id => document.getElementById(id);
const [log, newest, count] = [$('log'), $('log-newest'), $('log-count')];

let current = null;
let source = null;
let isOver = false;
let position = '';
let pending = [];
let held = [];
let paused = false;
let follows = true;
let words = '';
let lastTop = 0;

$('log-resource').addEventListener('change', event => { location.hash = `#/logs/${encodeURIComponent(event.target.value)}`; });
$('log-filter').addEventListener('input', event => {
  words = event.target.value.toLowerCase();
  for (const line of log.children) line.hidden = !matches(line);
  updateCount();
  if (follows) scrollDown();
});
$('log-times').addEventListener('click', event => toggle(event.target, 'with-times'));
$('log-wrap').addEventListener('click', event => toggle(event.target, 'with-wrap'));
$('log-pause').addEventListener('click', () => setPaused(!paused));
newest.addEventListener('click', () => {
  scrollDown();
  log.focus();
});
log.classList.add('with-times', 'with-wrap');
log.addEventListener('scroll', () => {
  // Only who scrolls back stops following; lines that arrive meanwhile do not.
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 24) follows = true;
  else if (log.scrollTop < lastTop) follows = false;
  lastTop = log.scrollTop;
  newest.hidden = follows;
});
new ResizeObserver(() => { if (follows) scrollDown(); }).observe(log);

/** Follows the console of a resource, or of none. */
export function showLogs(id) {
  if (current === id) return;
  suspendLogs();
  current = id;
  reset();
  renderLogs();
}

export function renderLogs() {
  const resources = store.all().filter(resource => !resource.isParameter);
  patch($('log-resource'), [resources.map(r => r.id), current], () => [
    ...(current && resources.some(r => r.id === current) ? [] : [h('option', { value: current ?? '', selected: true }, current ?? 'Select a resource')]),
    ...resources.map(r => h('option', { value: r.id, selected: r.id === current }, r.name)),
  ]);
  const resource = current && store.get(current);
  patch($('log-state'), [resource?.state, resource?.tone, resource?.health], () => resource ? stateView(resource) : []);
  $('log-download').toggleAttribute('hidden', !current);
  if (!current) return updateCount();
  $('log-download').href = `/api/resources/${encodeURIComponent(current)}/logs`;
  if (!source && resource && !(isOver && ended.includes(resource.state))) open();
}

/** Lets go of the connection; showing the page again goes on from the same line. */
export function suspendLogs() {
  source?.close();
  source = null;
}

function open() {
  isOver = false;
  source = new EventSource(`/api/resources/${encodeURIComponent(current)}/logs/events?after=${encodeURIComponent(position)}`);
  const mine = source;
  source.addEventListener('lines', event => {
    const lines = JSON.parse(event.data);
    position = event.lastEventId;
    (paused ? held : pending).push(...lines);
    if (paused) return updatePause();
    requestAnimationFrame(flush);
  });
  source.addEventListener('reset', reset);
  source.addEventListener('end', () => close(mine));
  source.addEventListener('error', () => {
    if (mine.readyState === EventSource.CLOSED) close(mine);
  });
}

function close(mine) {
  mine.close();
  if (source !== mine) return;
  source = null;
  isOver = true;
  updateCount();
}

function reset() {
  log.replaceChildren();
  pending = [];
  held = [];
  position = '';
  isOver = false;
  follows = true;
  newest.hidden = true;
  setPaused(false);
}

function flush() {
  if (!pending.length) return;
  const lines = pending.slice(-capacity).map(lineView);
  pending = [];
  log.append(...lines);
  while (log.childElementCount > capacity) log.firstElementChild.remove();
  if (follows) scrollDown();
  updateCount();
}

function lineView({ n, t, text, err }) {
  const view = h('div', { class: err ? 'line is-error' : 'line' },
    h('span', { class: 'number' }, String(n)),
    t ? h('time', { datetime: t, title: t }, timeOf(t)) : null,
    err ? h('span', { class: 'stream' }, 'stderr') : null,
    h('span', { class: 'text' }, ansiSpans(text)));
  view.hidden = !matches(view);
  return view;
}

function timeOf(text) {
  const time = new Date(text);
  return `${time.toLocaleTimeString(undefined, { hour12: false })}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function matches(line) {
  return !words || line.lastElementChild.textContent.toLowerCase().includes(words);
}

function toggle(button, name) {
  button.setAttribute('aria-pressed', String(log.classList.toggle(name)));
  if (follows) scrollDown();
}

function setPaused(value) {
  paused = value;
  if (!paused) {
    pending.push(...held);
    held = [];
    flush();
  }
  updatePause();
}

function updatePause() {
  const button = $('log-pause');
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused && held.length ? `Pause (${held.length} new)` : 'Pause';
}

function updateCount() {
  if (!current) count.textContent = 'Select a resource to follow its console.';
  else {
    const total = log.childElementCount;
    const lines = words ? `${[...log.children].filter(line => !line.hidden).length} of ${total} lines` : `${total} ${total === 1 ? 'line' : 'lines'}`;
    count.textContent = isOver ? `${lines} · the log has ended` : lines;
  }
}

function scrollDown() {
  log.scrollTop = log.scrollHeight;
  lastTop = log.scrollTop;
}

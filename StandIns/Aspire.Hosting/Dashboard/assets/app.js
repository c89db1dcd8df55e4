import { connect, disconnect, store } from './store.js';
import { renderResources } from './resources.js';
import { renderDetails, showDetails } from './details.js';
import { renderLogs, showLogs, suspendLogs } from './logs.js';

const $ = id => document.getElementById(id);
const messages = {
  lost: 'The AppHost does not answer. What is shown may be out of date.',
  stopped: 'The AppHost has stopped.',
};

function route() {
  const [, page = '', id = ''] = location.hash.split('/');
  const name = decodeURIComponent(id);
  const isLogs = page === 'logs';
  $('page-resources').hidden = isLogs;
  $('page-logs').hidden = !isLogs;
  for (const [link, active] of [['nav-resources', !isLogs], ['nav-logs', isLogs]]) {
    if (active) $(link).setAttribute('aria-current', 'page');
    else $(link).removeAttribute('aria-current');
  }
  showDetails(page === 'resources' && name ? name : null);
  showLogs(isLogs && name ? name : null);
  render();
}

function render() {
  const isLogs = !$('page-logs').hidden;
  $('application').textContent = store.application || 'Dashboard';
  const problems = store.all().filter(resource => resource.tone === 'error').length;
  document.title = `${problems ? `(${problems}) ` : ''}${isLogs ? 'Console logs' : 'Resources'} · ${store.application || 'Dashboard'}`;
  const message = messages[store.connection];
  $('banner').hidden = !message;
  $('banner').textContent = message ?? '';
  if (isLogs) renderLogs();
  else renderResources();
  renderDetails();
}

// Browsers open six connections to a host, over all tabs; the hidden ones need none.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    disconnect();
    suspendLogs();
  } else {
    connect();
    render();
  }
});
addEventListener('hashchange', route);
store.onChange(render);
route();
connect();

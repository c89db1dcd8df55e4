const resources = new Map();
const listeners = new Set();
let scheduled = false;
let source = null;

export const store = {
  application: '',
  loaded: false,
  /** 'live', 'lost' while the AppHost does not answer, 'stopped' once it has said goodbye. */
  connection: 'live',
  get: id => resources.get(id) ?? all().find(resource => resource.name === id),
  all,
  onChange: listener => listeners.add(listener),
};

function all() {
  return [...resources.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

// The model's own order tells how the parts build on each other; what was added at run time comes after.
function rank(resource) {
  return resource.order < 0 ? Number.MAX_SAFE_INTEGER : resource.order;
}

function changed() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    for (const listener of listeners) listener();
  });
}

function take(event) {
  for (const resource of JSON.parse(event.data)) {
    if (resource.hidden) resources.delete(resource.id);
    else resources.set(resource.id, resource);
  }
  changed();
}

function setConnection(connection) {
  if (store.connection === connection) return;
  store.connection = connection;
  changed();
}

export function connect() {
  if (source) return;
  const mine = source = new EventSource('/api/resources/events');
  source.addEventListener('application', event => {
    store.application = JSON.parse(event.data).name;
    changed();
  });
  source.addEventListener('snapshot', event => {
    resources.clear();
    store.loaded = true;
    setConnection('live');
    take(event);
  });
  source.addEventListener('changes', take);
  source.addEventListener('stopped', () => setConnection('stopped'));
  source.addEventListener('error', async () => {
    if (store.connection === 'live') setConnection('lost');
    if (mine.readyState !== EventSource.CLOSED || source !== mine) return;
    const answer = await fetch('/api/resources').catch(() => null);
    if (answer?.status === 401) location.assign('/login');
    else setTimeout(() => {
      if (source !== mine) return;
      disconnect();
      connect();
    }, 3000);
  });
}

export function disconnect() {
  source?.close();
  source = null;
}

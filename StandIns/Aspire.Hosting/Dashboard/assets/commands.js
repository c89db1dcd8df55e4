import { h, icon } from './dom.js';

const busy = new Set();
const usual = ['start', 'stop', 'restart'];
const asks = { stop: 'What depends on it loses it until it is started again.', restart: 'It is stopped and started again.' };
const $ = id => document.getElementById(id);

/** Buttons for what can be done with a resource now: the usual three as icons, or every command with its name. */
export function commandButtons(resource, withNames) {
  const wanted = resource.commands.filter(command => withNames || (command.enabled && (command.highlighted || usual.includes(command.name))));
  return wanted.map(command => {
    const shape = usual.includes(command.name) ? icon(command.name) : null;
    return h('button', {
      type: 'button',
      class: withNames || !shape ? 'button' : 'icon-button',
      disabled: !command.enabled || busy.has(`${resource.id}/${command.name}`),
      title: command.description ?? command.displayName,
      'aria-label': withNames ? null : `${command.displayName} ${resource.name}`,
      'data-key': `command-${command.name}`,
      onclick: () => run(resource, command),
    }, shape, withNames || !shape ? command.displayName : null);
  });
}

async function run(resource, command) {
  const question = command.confirmation ?? asks[command.name];
  if (question && !await confirm(`${command.displayName} ${resource.name}?`, question, command.displayName)) return;

  const key = `${resource.id}/${command.name}`;
  if (busy.has(key)) return;
  busy.add(key);
  try {
    const path = `/api/resources/${encodeURIComponent(resource.id)}/commands/${encodeURIComponent(command.name)}`;
    const answer = await fetch(path, { method: 'POST' });
    const { success, message } = await answer.json();
    if (success) toast(`${command.displayName} ${resource.name}: done.`, 'success');
    else toast(`${command.displayName} ${resource.name} failed. ${message ?? ''}`, 'error');
  } catch {
    toast(`${resource.name}: the AppHost did not answer.`, 'error');
  } finally {
    busy.delete(key);
  }
}

function confirm(title, text, yes) {
  const dialog = $('confirm');
  $('confirm-title').textContent = title;
  $('confirm-text').textContent = text;
  $('confirm-yes').textContent = yes;
  dialog.returnValue = 'cancel';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
}

export function toast(text, tone) {
  const item = h('div', { class: `toast tone-${tone}` }, icon(tone, 'state-icon'), h('span', {}, text));
  $('toasts').append(item);
  setTimeout(() => item.remove(), 6000);
}

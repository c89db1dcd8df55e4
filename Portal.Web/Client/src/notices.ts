import { Problem } from './api';
import { byId, el } from './dom';

type Kind = 'good' | 'warn' | 'bad';

/** Shows a message in the corner; bad ones stay until they are closed. */
export function notice(title: string, text = '', kind: Kind = 'good'): void {
  const box = el('div', { class: `notice ${kind}`, role: kind === 'good' ? 'status' : 'alert', 'data-testid': 'notice' },
    el('strong', {}, title),
    text && el('p', {}, text));
  const close = el('button', { type: 'button', 'aria-label': `Dismiss: ${title}`, onclick: () => box.remove() }, '×');
  box.append(close);
  byId('notices').append(box);
  if (kind !== 'bad') setTimeout(() => box.remove(), kind === 'warn' ? 20_000 : 5_000);
}

/** Says in words what went wrong. */
export function complain(error: unknown, about = ''): void {
  if (error instanceof Problem) {
    if (error.status === 401) location.assign(`/?return=${encodeURIComponent(location.pathname)}`);
    notice(about ? `${about}: ${error.title}` : error.title, error.detail, 'bad');
  } else {
    notice('Something went wrong in this page', 'Reload it and try again.', 'bad');
    console.error(error);
  }
}

/** Tells a screen reader what eyes can see. */
export function announce(text: string): void {
  byId('announcer').textContent = text;
}

import { api, Problem, problemOf, recordingPath } from './api';
import { byId, setText } from './dom';
import * as format from './format';
import { hydrateIcons } from './icons';
import { Player } from './player';

hydrateIcons();

const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');

async function start(): Promise<void> {
  const recording = (await api.recordings()).find((one) => one.id === id);
  if (!recording) throw new Problem(404, 'There is no such recording', 'It has been removed, or it never was yours.');
  const title = `${recording.name}, ${format.moment(recording.startedAt)}`;
  setText(byId('title'), title);
  document.title = `${title} · GuacAspire`;
  const download = byId<HTMLAnchorElement>('download');
  download.href = `${recordingPath(id)}/file`;
  download.hidden = false;
  new Player(await load(`${recordingPath(id)}/file`, recording.bytes));
}

/** As a whole, so that one can go to any place in it at once. */
async function load(path: string, bytes: number): Promise<Blob> {
  const response = await fetch(path, { cache: 'no-store' });
  if (!response.ok || !response.body) throw problemOf(response.status, await response.text(), null);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(value);
    loaded += value.length;
    setText(byId('message'), `Loading, ${format.bytes(loaded)} of ${format.bytes(Math.max(bytes, loaded))}…`);
  }
}

start().catch((error: unknown) => {
  if (error instanceof Problem && error.status === 401) return location.assign(`/?return=${encodeURIComponent(location.pathname)}`);
  setText(byId('message'), error instanceof Problem ? `${error.title}. ${error.detail}` : 'The recording could not be loaded. Reload the page to try again.');
});

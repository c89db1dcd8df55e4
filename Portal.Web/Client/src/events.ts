import { api, type Desktop, desktopPath, isOver } from './api';
import { onWake } from './wake';

/** The portal says every 15 s that it is still there. */
const longestSilence = 35_000;
const watch = 5_000;
const look = 10_000;

/**
 * Follows a desktop's changes: by a stream while the page is looked at, and by a look now and then while it is not. Browsers open six
 * connections to one place over HTTP/1.1, and six desktops in tabs would have them all.
 */
export function follow(id: string, changed: (desktop: Desktop) => void, refused: () => void): () => void {
  let source: EventSource | null = null;
  let heardAt = 0;
  let over = false;

  const close = (): void => {
    source?.close();
    source = null;
  };
  const end = (): void => {
    over = true;
    close();
    for (const timer of timers) clearInterval(timer);
    document.removeEventListener('visibilitychange', turn);
  };
  const take = (desktop: Desktop): void => {
    if (over) return;
    if (isOver(desktop)) end();
    changed(desktop);
  };
  const open = (): void => {
    close();
    if (over || document.hidden) return;
    heardAt = Date.now();
    const stream = (source = new EventSource(`${desktopPath(id)}/events`));
    stream.addEventListener('here', () => (heardAt = Date.now()));
    stream.addEventListener('desktop', (event) => {
      heardAt = Date.now();
      take(JSON.parse((event as MessageEvent<string>).data) as Desktop);
    });
    // The browser itself takes up a dropped stream again; one that is closed was refused.
    stream.addEventListener('error', () => {
      if (stream.readyState !== EventSource.CLOSED || over || stream !== source) return;
      end();
      refused();
    });
  };
  const turn = (): void => (document.hidden ? close() : open());
  const timers = [
    setInterval(() => source && Date.now() - heardAt > longestSilence && open(), watch),
    setInterval(() => document.hidden && void api.desktop(id).then(take, () => undefined), look),
  ];

  document.addEventListener('visibilitychange', turn);
  onWake(() => source && open());
  open();
  return end;
}

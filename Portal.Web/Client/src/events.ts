import { type Desktop, desktopPath, isOver } from './api';

/** Follows a desktop's changes; the browser itself takes up a dropped stream again. */
export function follow(id: string, changed: (desktop: Desktop) => void, refused: () => void): () => void {
  const source = new EventSource(`${desktopPath(id)}/events`);
  source.addEventListener('desktop', (event) => {
    const desktop = JSON.parse((event as MessageEvent<string>).data) as Desktop;
    if (isOver(desktop)) source.close();
    changed(desktop);
  });
  source.addEventListener('error', () => source.readyState === EventSource.CLOSED && refused());
  return () => source.close();
}

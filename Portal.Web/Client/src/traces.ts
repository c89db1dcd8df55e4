/** Keeps the trace of each launch over the change of pages, so that the tunnel and the first picture join it. */

const key = (desktop: string): string => `launch:${desktop}`;

interface Kept {
  traceParent: string | null;
  clickedAt: number;
}

export function keepLaunch(desktop: string, traceParent: string | null, clickedAt: number): void {
  sessionStorage.setItem(key(desktop), JSON.stringify({ traceParent, clickedAt } satisfies Kept));
}

export function launchOf(desktop: string): Kept | null {
  const kept = sessionStorage.getItem(key(desktop));
  return kept ? (JSON.parse(kept) as Kept) : null;
}

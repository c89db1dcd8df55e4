const beat = 2_000;
const gap = 3 * beat;

/**
 * Tells when this page may have missed something: it is looked at again, the network is back, or the machine has slept. Of a connection that
 * a sleep or another network has swallowed nobody else tells.
 */
export function onWake(woke: () => void): void {
  let last = Date.now();
  const tell = (): void => {
    last = Date.now();
    if (!document.hidden) woke();
  };
  addEventListener('online', tell);
  document.addEventListener('visibilitychange', tell);
  setInterval(() => {
    if (Date.now() - last > gap) tell();
    last = Date.now();
  }, beat);
}

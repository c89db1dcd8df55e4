import { byId } from './dom';
import { notice } from './notices';

/** The button that gives the picture the whole screen. */
export function attachFullScreen(): void {
  const button = byId('fullscreen');
  button.addEventListener('click', () => void toggleFullScreen());
  document.addEventListener('fullscreenchange', () => {
    const full = document.fullscreenElement !== null;
    document.body.classList.toggle('fullscreen', full);
    button.setAttribute('aria-pressed', String(full));
  });
}

async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) return document.exitFullscreen();
  try {
    await document.documentElement.requestFullscreen();
    // Where it exists, Escape then goes to Blender, and holding it leaves the full screen.
    await (navigator as { keyboard?: { lock(keys: string[]): Promise<void> } }).keyboard?.lock(['Escape']);
  } catch {
    notice('This browser shows no full screen here', '', 'warn');
  }
}

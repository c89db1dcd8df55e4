import { byId } from './dom';

/** On a narrow screen, what is needed less often is behind one button; on a wide one the style sheet shows all of it, and no button. */
export function attachMoreTools(): void {
  const button = byId('more');
  const tools = byId('more-tools');
  const show = (open: boolean): void => {
    tools.classList.toggle('open', open);
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => show(!tools.classList.contains('open')));
  tools.addEventListener('click', () => show(false));
  // Anywhere else, the picture included, which keeps its events to itself once they have arrived.
  document.addEventListener('pointerdown', (event) => {
    if (!tools.contains(event.target as Node) && !button.contains(event.target as Node)) show(false);
  }, { capture: true });
  byId('toolbar').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !tools.classList.contains('open')) return;
    show(false);
    button.focus();
  });
}

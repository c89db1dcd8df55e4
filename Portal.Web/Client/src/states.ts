import type { Desktop, DesktopState } from './api';

/** What a state is called where people read it. */
export const stateNames: Record<DesktopState, string> = {
  pending: 'Waiting its turn',
  starting: 'Starting',
  opening: 'Opening the mesh',
  connecting: 'Connecting',
  ready: 'Ready',
  saving: 'Saving',
  stopped: 'Stopped',
  failed: 'Failed',
};

export const isUsable = (desktop: Desktop): boolean => desktop.state === 'ready' || desktop.state === 'saving';

export function stateColour(desktop: Desktop): string {
  if (desktop.state === 'ready') return 'ready';
  if (desktop.state === 'failed') return 'failed';
  return desktop.state === 'stopped' ? '' : 'busy';
}

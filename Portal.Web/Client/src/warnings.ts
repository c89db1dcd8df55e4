import type { Desktop } from './api';
import * as format from './format';

/** Why a desktop is about to be stopped, in words; what is said of the time left comes last. */
export function warningOf(desktop: Desktop): { title: string; text: string; short: string } {
  const left = desktop.expiresAt ? format.timeLeft(desktop.expiresAt) ?? 'moments left' : '';
  switch (desktop.warning) {
    case 'maxLifetime':
      return { title: 'This desktop has reached its greatest age', text: 'It stops then. Your work is saved before, and you can go on with it in a new desktop.', short: `Too old, ${left}` };
    case 'drain':
      return { title: 'This system is being emptied', text: 'Every desktop stops then. Your work is saved before, and you can go on with it when desktops are started again.', short: `Stops for all, ${left}` };
    default:
      return { title: 'Nobody has used this desktop for a while', text: 'It makes room for others soon. Your work is saved before.', short: `Unused, ${left}` };
  }
}

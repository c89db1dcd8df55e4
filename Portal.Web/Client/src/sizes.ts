import type { Size } from './api';

/** What the portal takes for a screen; it may grant less. */
const least = { width: 320, height: 240 };
const most = { width: 3840, height: 2160 };

/** As the stylesheet has it: the row above the picture. */
const toolbarRem = 2.9;

/** In the page's pixels, whatever the screen's are: Blender's letters have the size that they were drawn for, and software draws no more than needed. */
export function within(width: number, height: number): Size {
  const share = Math.min(1, most.width / Math.max(1, width), most.height / Math.max(1, height));
  return { width: Math.max(least.width, Math.round(width * share)), height: Math.max(least.height, Math.round(height * share)) };
}

/** What a desktop's page in this window will have for the picture. A wrong guess is put right there. */
export function expected(): Size {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  return within(innerWidth, Math.round(innerHeight - toolbarRem * rem));
}

import type { Client } from '@glokon/guacamole-common-js';

/** Makes the picture as large as the window lets it be, whatever the desktop's own size is. */
export function fit(client: Client, stage: HTMLElement): void {
  const display = client.getDisplay();
  if (display.getWidth() === 0 || display.getHeight() === 0) return;
  display.scale(Math.min(stage.clientWidth / display.getWidth(), stage.clientHeight / display.getHeight()));
}

import type { Client } from '@glokon/guacamole-common-js';
import { api, type Size } from './api';
import { fit } from './fit';
import { within } from './sizes';

const patience = 300;

/** Has the desktop be as large as the window, and fits the picture to the window whatever the desktop does. */
export class Resize {
  private client: Client | null = null;
  private timer = 0;
  private asking = false;
  private again = false;

  constructor(
    private readonly stage: HTMLElement,
    private readonly desktop: string,
  ) {
    new ResizeObserver(() => {
      this.fit();
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.ask(), patience);
    }).observe(stage);
  }

  size(): Size {
    return within(this.stage.clientWidth, this.stage.clientHeight);
  }

  attach(client: Client): void {
    this.client = client;
    client.getDisplay().onresize = () => this.fit();
  }

  /** Over the portal and not the tunnel: guacd before 1.6 cannot tell a VNC server, but follows one that changes by itself. */
  ask(): void {
    const display = this.client?.getDisplay();
    const size = this.size();
    if (!display || !display.getWidth() || (display.getWidth() === size.width && display.getHeight() === size.height)) return;
    // One at a time, so that the last word is the last size.
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    api
      .resize(this.desktop, size)
      .catch(() => undefined)
      .finally(() => {
        this.asking = false;
        if (!this.again) return;
        this.again = false;
        this.ask();
      });
  }

  private fit(): void {
    if (this.client) fit(this.client, this.stage);
  }
}

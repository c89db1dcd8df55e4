import type { Client } from '@glokon/guacamole-common-js';

/** Blender's viewport is drawn in software: more pixels than these are slow to draw and slower to send. */
const widest = 1920;
const highest = 1200;
const patience = 250;

/** Asks the desktop to be as large as the window, and fits the picture to the window whatever it answers. */
export class Resize {
  private client: Client | null = null;
  private timer = 0;

  constructor(private readonly stage: HTMLElement) {
    new ResizeObserver(() => {
      this.fit();
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.ask(), patience);
    }).observe(stage);
  }

  /** In the desktop's pixels: those of the screen, so that a dense one shows a sharp picture, up to a limit. */
  size(): { width: number; height: number; dpi: number } {
    const { clientWidth, clientHeight } = this.stage;
    const density = Math.min(devicePixelRatio || 1, widest / Math.max(1, clientWidth), highest / Math.max(1, clientHeight));
    const even = (value: number): number => Math.max(320, Math.round((value * density) / 2) * 2);
    return { width: even(clientWidth), height: even(clientHeight), dpi: Math.round(96 * density) };
  }

  attach(client: Client): void {
    this.client = client;
    client.getDisplay().onresize = () => this.fit();
  }

  ask(): void {
    const { width, height } = this.size();
    const display = this.client?.getDisplay();
    if (display && (display.getWidth() !== width || display.getHeight() !== height)) this.client?.sendSize(width, height);
  }

  private fit(): void {
    const display = this.client?.getDisplay();
    if (!display || display.getWidth() === 0 || display.getHeight() === 0) return;
    display.scale(Math.min(this.stage.clientWidth / display.getWidth(), this.stage.clientHeight / display.getHeight()));
  }
}

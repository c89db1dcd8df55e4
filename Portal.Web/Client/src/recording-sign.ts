import { el, setText } from './dom';
import * as format from './format';

/** Says to everybody who looks at a desktop that it is recorded, in words and not by colour alone. */
export class RecordingSign {
  private since: string | null = null;
  private readonly time = el('span', { class: 'recording-time', 'aria-hidden': true });
  private readonly sign = el('p', { class: 'recording-sign', 'data-testid': 'recording-sign', hidden: true },
    el('span', { class: 'recording-dot', 'aria-hidden': true }), el('span', { role: 'status' }, 'Recording'), this.time);

  constructor(place: HTMLElement) {
    place.append(this.sign);
    setInterval(() => this.tick(), 1000);
  }

  update(since: string | null): void {
    this.since = since;
    this.sign.hidden = since === null;
    this.tick();
  }

  private tick(): void {
    if (this.since) setText(this.time, format.length((Date.now() - Date.parse(this.since)) / 1000));
  }
}

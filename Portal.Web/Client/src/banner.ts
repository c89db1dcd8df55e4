import { api, type Desktop } from './api';
import { byId, setText } from './dom';
import * as format from './format';
import { announce, complain } from './notices';
import { warningOf } from './warnings';

/** What one has to know while one works: that the desktop is about to go, or that its work is not safe. */
export class Banner {
  private readonly box = byId('banner');
  private readonly title = byId('banner-title');
  private readonly text = byId('banner-text');
  private readonly time = byId('banner-time');
  private readonly stay = byId<HTMLButtonElement>('stay');
  private desktop: Desktop | null = null;
  private said = '';
  private hidden = '';

  constructor(id: string, private readonly stays: (desktop: Desktop) => void) {
    this.stay.addEventListener('click', () => void this.keep(id));
    byId('banner-close').addEventListener('click', () => {
      this.hidden = this.said;
      this.show();
    });
    setInterval(() => this.tick(), 1_000);
  }

  update(desktop: Desktop): void {
    this.desktop = desktop;
    const fault = desktop.saveFault;
    const warning = desktop.warning ? warningOf(desktop) : null;
    this.box.classList.toggle('bad', fault !== null);
    this.stay.hidden = desktop.warning !== 'idle';
    if (fault) this.say('Your latest changes are not saved', `${fault}${warning ? ` ${warning.title}.` : ' It is tried again by itself.'}`);
    else if (warning) this.say(warning.title, warning.text);
    else this.said = this.hidden = '';
    this.show();
    this.tick();
  }

  close(): void {
    this.desktop = null;
    this.said = '';
    this.show();
  }

  private say(title: string, text: string): void {
    setText(this.title, title);
    setText(this.text, text);
    if (this.said !== title) announce(`${title}. ${text}`);
    this.said = title;
  }

  private show(): void {
    this.box.hidden = this.said === '' || this.said === this.hidden;
  }

  private tick(): void {
    setText(this.time, this.desktop?.warning && this.desktop.expiresAt ? format.countdown(this.desktop.expiresAt) : '');
  }

  private async keep(id: string): Promise<void> {
    this.stay.disabled = true;
    try {
      this.stays(await api.stay(id));
    } catch (error) {
      complain(error);
    } finally {
      this.stay.disabled = false;
    }
  }
}

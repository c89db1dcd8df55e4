import { api, type Share, type ShareMode } from './api';
import { byId, el, setText } from './dom';
import * as format from './format';
import { icon } from './icons';
import { announce, complain } from './notices';

const refreshEvery = 5_000;

const modes: Record<ShareMode, { name: string; sign: 'eye' | 'hand' }> = {
  view: { name: 'View only', sign: 'eye' },
  control: { name: 'View and control', sign: 'hand' },
};

/** The dialog in which an owner gives out links to the desktop, and takes them back. */
export class Shares {
  private readonly dialog = byId<HTMLDialogElement>('shares');
  private readonly form = byId<HTMLFormElement>('share-form');
  private readonly made = byId('share-made');
  private readonly link = byId<HTMLInputElement>('share-link');
  private readonly list = byId('share-list');
  private timer = 0;

  constructor(private readonly id: string) {
    byId('share').addEventListener('click', () => this.open());
    byId('shares-close').addEventListener('click', () => this.dialog.close());
    byId('share-copy').addEventListener('click', () => void this.copy());
    this.link.addEventListener('focus', () => this.link.select());
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.create();
    });
    this.dialog.addEventListener('close', () => {
      clearInterval(this.timer);
      this.made.hidden = true;
      this.link.value = '';
    });
  }

  private open(): void {
    this.dialog.showModal();
    void this.refresh();
    this.timer = window.setInterval(() => void this.refresh(), refreshEvery);
  }

  private async create(): Promise<void> {
    const [data, button] = [new FormData(this.form), byId<HTMLButtonElement>('share-create')];
    button.disabled = true;
    try {
      const share = await api.share(this.id, data.get('mode') as ShareMode, Number(data.get('minutes')));
      this.link.value = share.link ?? '';
      byId('share-copied').textContent = '';
      this.made.hidden = false;
      byId('share-copy').focus();
      announce('The link is made. It is shown only now.');
      await this.refresh();
    } catch (error) {
      this.fail(error);
    } finally {
      button.disabled = false;
    }
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link.value);
      byId('share-copied').textContent = 'Copied.';
    } catch {
      this.link.select();
      byId('share-copied').textContent = 'The link is selected: press Ctrl+C.';
    }
  }

  private async revoke(share: Share, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      await api.revoke(this.id, share.id);
      announce('The link is revoked.');
      // One of the buttons that had the focus is about to go.
      byId('shares-close').focus();
    } catch (error) {
      this.fail(error);
    }
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      this.show(await api.shares(this.id));
    } catch {
      // The next round asks again; what is shown was true a moment ago.
    }
  }

  private show(shares: Share[]): void {
    byId('share-none').hidden = shares.length > 0;
    const present = new Map([...this.list.children].map((row) => [(row as HTMLElement).dataset.share ?? '', row]));
    for (const [id, row] of present) if (!shares.some((share) => share.id === id)) row.remove();
    for (const share of shares) {
      // Rows that stay are not touched, since one may have the focus.
      const row = present.get(share.id) ?? this.list.appendChild(this.row(share));
      const state = `${viewers(share.viewers)} · ${format.timeLeft(share.expiresAt) ?? 'ends now'}`;
      setText(row.querySelector<HTMLElement>('.share-state')!, state);
    }
  }

  private row(share: Share): HTMLElement {
    const { name, sign } = modes[share.mode];
    const since = format.moment(share.createdAt);
    const label = `Revoke the link “${name}” of ${since}`;
    const attributes = { class: 'button small', type: 'button', 'aria-label': label, 'data-testid': `revoke-${share.mode}` };
    const button = el('button', attributes, 'Revoke');
    button.addEventListener('click', () => void this.revoke(share, button));
    return el('li', { class: 'share', 'data-share': share.id, 'data-testid': 'share' },
      icon(sign),
      el('div', {}, el('strong', {}, name), ` · since ${since}`, el('p', { class: 'share-state' })),
      button);
  }

  /** A dialog lies over the page's notices, so it closes for them. */
  private fail(error: unknown): void {
    this.dialog.close();
    complain(error);
  }
}

function viewers(count: number | null): string {
  if (count === null) return 'Viewers unknown';
  return count === 0 ? 'Nobody there now' : count === 1 ? '1 viewer now' : `${count} viewers now`;
}

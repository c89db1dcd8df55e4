import { api, type Desktop, desktopPath, isOver, type Limits, type Mesh } from './api';
import { confirmStop } from './confirm';
import { byId, el } from './dom';
import * as format from './format';
import { complain, notice } from './notices';
import { picture } from './pictures';
import { isUsable, stateColour, stateNames } from './states';
import { warningOf } from './warnings';

const interval = 4_000;

/** One card per desktop: what state it is in, how long it has, and the way in and out. */
export class DesktopCards {
  count = 0;
  private readonly list = byId<HTMLUListElement>('desktops');
  private readonly leaving = new Set<string>();
  private shown = '';
  private saves = '';
  private before = new Map<string, Desktop>();

  constructor(
    private readonly meshes: Map<string, Mesh>,
    private readonly onLimits: (limits: Limits | null) => void,
    private readonly onSaves: () => void,
  ) {}

  /** Whether a mesh is open: then there is a newer state of it than any that was saved. */
  has(mesh: string): boolean {
    return [...this.before.values()].some((desktop) => desktop.mesh === mesh);
  }

  /** Keeps the cards true while the page is looked at. */
  follow(): void {
    setInterval(() => document.hidden || void this.refresh(), interval);
    document.addEventListener('visibilitychange', () => document.hidden || void this.refresh());
  }

  async refresh(): Promise<void> {
    try {
      const [desktops, limits] = await Promise.all([api.desktops(), api.limits()]);
      this.onLimits(limits);
      this.show(desktops.filter((desktop) => !isOver(desktop)));
    } catch {
      // The next round will tell; what is on the page may still be true.
      this.onLimits(null);
    }
  }

  private show(desktops: Desktop[]): void {
    this.count = desktops.length;
    this.tellEnds(desktops);
    byId('desktops-section').hidden = desktops.length === 0;
    const saves = JSON.stringify(desktops.map((desktop) => [desktop.id, desktop.savedAt]));
    if (saves !== this.saves) this.onSaves();
    this.saves = saves;
    const print = JSON.stringify([desktops, desktops.map((desktop) => format.timeLeft(desktop.expiresAt)), [...this.leaving], this.meshes.size]);
    if (print === this.shown) return;
    this.shown = print;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.testid : undefined;
    this.list.replaceChildren(...desktops.map((desktop) => this.card(desktop)));
    if (focused) this.list.querySelector<HTMLElement>(`[data-testid="${focused}"]`)?.focus();
  }

  /** Who looks at this page has not seen how a desktop ended, nor that one could not be stopped. */
  private tellEnds(desktops: Desktop[]): void {
    const now = new Map(desktops.map((desktop) => [desktop.id, desktop]));
    for (const [id, desktop] of this.before) {
      if (!now.has(id)) void this.tellEnd(id, this.nameOf(desktop));
    }
    for (const desktop of desktops) {
      const kept = desktop.state === 'ready' && desktop.saveFault && desktop.message !== 'Stopping';
      if (kept && this.leaving.delete(desktop.id)) notice(`“${this.nameOf(desktop)}” goes on`, desktop.message ?? '', 'bad');
    }
    this.before = now;
  }

  private async tellEnd(id: string, name: string): Promise<void> {
    const asked = this.leaving.delete(id);
    const desktop = await api.desktop(id).catch(() => null);
    if (desktop?.message && isOver(desktop) && (!asked || desktop.saveFault)) notice(`“${name}” has stopped`, desktop.message, desktop.saveFault ? 'bad' : 'warn');
  }

  private nameOf(desktop: Desktop): string {
    return this.meshes.get(desktop.mesh)?.name ?? desktop.mesh;
  }

  private card(desktop: Desktop): HTMLLIElement {
    const mesh = this.meshes.get(desktop.mesh);
    const name = this.nameOf(desktop);
    const leaving = this.leaving.has(desktop.id);
    const state = leaving ? 'Saving and stopping' : isUsable(desktop) || desktop.percent === 0 ? stateNames[desktop.state] : `${stateNames[desktop.state]}, ${desktop.percent} %`;
    const times = [!desktop.warning && format.timeLeft(desktop.expiresAt), desktop.savedAt && `saved ${format.moment(desktop.savedAt)}`];
    return el('li', { class: 'desktop-card', 'data-testid': `desktop-card-${desktop.id}`, 'data-state': desktop.state },
      picture(mesh),
      el('div', { class: 'desktop-words' },
        el('strong', { class: 'card-name' }, name),
        el('span', { class: 'desktop-state' }, el('span', { class: `dot ${stateColour(desktop)}`, 'aria-hidden': true }), state),
        el('span', { class: 'desktop-time' }, times.filter(Boolean).join(' · ') || (desktop.warning ? '' : 'Just begun')),
        desktop.saveFault && el('span', { class: 'desktop-fault' }, desktop.saveFault),
        desktop.warning && el('span', { class: 'desktop-warning' }, warningOf(desktop).short),
        el('div', { class: 'desktop-buttons' },
          desktop.warning === 'idle' && el('button', { class: 'button small', type: 'button', 'aria-label': `Keep the desktop with ${name}`, 'data-testid': `stay-desktop-${desktop.id}`, onclick: () => void this.stay(desktop) }, 'Stay'),
          el('a', { class: 'button small primary', href: `/desktops/${desktop.id}`, 'aria-label': `Open the desktop with ${name}`, 'data-testid': `open-desktop-${desktop.id}` }, 'Open'),
          desktop.savedAt && el('a', { class: 'button small', href: `${desktopPath(desktop.id)}/file`, download: true, 'aria-label': `Download the .blend of ${name}` }, '.blend'),
          el('button', { class: 'button small danger', type: 'button', disabled: leaving, 'aria-label': `Stop the desktop with ${name}`, 'data-testid': `stop-desktop-${desktop.id}`, onclick: () => void this.stop(desktop, name) }, 'Stop'))));
  }

  private async stay(desktop: Desktop): Promise<void> {
    try {
      await api.stay(desktop.id);
    } catch (error) {
      complain(error);
    }
    await this.refresh();
  }

  private async stop(desktop: Desktop, name: string): Promise<void> {
    const answer = await confirmStop(name);
    if (!answer) return;
    this.leaving.add(desktop.id);
    try {
      await api.stop(desktop.id, answer.discard);
      notice(`“${name}” is stopping`, answer.discard ? '' : 'Blender saves it first.');
    } catch (error) {
      this.leaving.delete(desktop.id);
      complain(error);
    }
    await this.refresh();
  }
}

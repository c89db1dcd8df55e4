import type { Desktop, Mesh } from './api';
import { byId, el, focusIfFree, setText } from './dom';
import * as format from './format';
import { icon } from './icons';
import { fill } from './pictures';

const steps: [string, string][] = [
  ['admit', 'Finding a free place'],
  ['create', 'Making your desktop'],
  ['start', 'Starting Blender'],
  ['open', 'Opening the mesh'],
  ['connect', 'Connecting the screen'],
  ['frame', 'Drawing the first picture'],
];

interface Row {
  item: HTMLLIElement;
  mark: HTMLElement;
  time: HTMLElement;
  state: string;
  began: number | null;
}

export interface Way {
  name: string;
  primary?: boolean;
  testId?: string;
  go: () => void;
}

/** Shows a launch while it takes: what is being done, how far it is, since when; or in words why it failed. */
export class LaunchProgress {
  private readonly box = byId('launch');
  private readonly rows = new Map<string, Row>();
  private readonly clock: number;
  private percent = 0;
  private current = '';

  constructor(private startedAt: number) {
    const list = byId('launch-steps');
    for (const [name, title] of steps) {
      const [mark, time] = [el('span', { class: 'step-mark', 'aria-hidden': true }), el('span', { class: 'step-time', 'aria-hidden': true })];
      const item = el('li', { class: 'step', 'data-step': name }, mark, el('span', {}, title), time);
      this.rows.set(name, { item, mark, time, state: '', began: null });
      list.append(item);
    }
    this.clock = window.setInterval(() => this.tick(), 100);
  }

  setMesh(mesh: Mesh | undefined): void {
    setText(byId('launch-title'), mesh ? `Opening ${mesh.name}` : 'Opening your desktop');
    fill(byId('launch-picture'), mesh);
  }

  /** A page that was opened later still tells when the launch began. */
  setStart(startedAt: number): void {
    this.startedAt = Math.min(this.startedAt, startedAt);
  }

  update(desktop: Desktop): void {
    const ready = desktop.state === 'ready' || desktop.state === 'saving';
    this.go(ready ? 'frame' : (desktop.step ?? 'admit'));
    this.show(ready ? 97 : Math.min(95, desktop.percent));
    setText(byId('launch-message'), ready ? 'Blender is ready; its picture is on the way.' : (desktop.message ?? ''));
  }

  done(): void {
    this.go('');
    this.show(100);
    clearInterval(this.clock);
    this.box.classList.add('done');
  }

  /** Ends in words, with ways on from here. */
  end(title: string, text: string, ways: Way[], failed: boolean): void {
    clearInterval(this.clock);
    this.box.classList.remove('done');
    this.box.classList.toggle('failed', failed);
    setText(byId('launch-title'), title);
    setText(byId('launch-message'), text);
    byId('launch-steps').hidden = !failed;
    byId('launch-bar').hidden = !failed;
    byId('launch-percent').parentElement!.hidden = !failed;
    const now = this.rows.get(this.current);
    if (failed && now) this.mark(now, 'broken');
    const actions = byId('launch-actions');
    actions.replaceChildren(...ways.map((way) =>
      el('button', { type: 'button', class: way.primary ? 'button primary' : 'button', 'data-testid': way.testId, onclick: way.go }, way.name)));
    actions.hidden = false;
    focusIfFree(actions.querySelector('button'), byId('display'), this.box);
  }

  private go(step: string): void {
    if (step === this.current) return;
    const names = steps.map(([name]) => name);
    const reached = step === '' ? names.length : names.indexOf(step);
    if (reached < 0) return;
    this.current = step;
    for (const [index, name] of names.entries()) {
      const row = this.rows.get(name)!;
      const state = index < reached ? 'done' : index === reached ? 'now' : '';
      if (row.state === 'now' && state === 'done' && row.began) row.time.textContent = format.seconds(Date.now() - row.began);
      if (row.state !== state) this.mark(row, state);
    }
  }

  private mark(row: Row, state: string): void {
    row.state = state;
    row.began = state === 'now' ? Date.now() : row.began;
    row.item.className = `step ${state}`;
    row.item.toggleAttribute('aria-current', state === 'now');
    if (state === 'now') row.item.setAttribute('aria-current', 'step');
    const sign = { done: () => icon('check', 'icon', 3), broken: () => icon('cross', 'icon', 3), now: () => el('span', { class: 'spinner' }) }[state];
    row.mark.replaceChildren(...(sign ? [sign()] : []));
  }

  private show(percent: number): void {
    this.percent = Math.max(this.percent, percent);
    byId('launch-fill').style.transform = `scaleX(${this.percent / 100})`;
    byId('launch-bar').setAttribute('aria-valuenow', String(this.percent));
    setText(byId('launch-percent'), `${this.percent} %`);
  }

  private tick(): void {
    setText(byId('launch-elapsed'), format.seconds(Math.max(0, Date.now() - this.startedAt)));
    const row = this.rows.get(this.current);
    if (row?.began) setText(row.time, format.seconds(Date.now() - row.began));
  }
}

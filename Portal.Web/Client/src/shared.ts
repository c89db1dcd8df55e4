import { api, Problem, type Shared, type ShareMode, type Ticket, type Traced } from './api';
import { Clipboard } from './clipboard';
import { byId, focusIfFree, setText } from './dom';
import { onFilesDropped } from './drops';
import { fit } from './fit';
import * as format from './format';
import { attachFullScreen } from './fullscreen';
import { hydrateIcons } from './icons';
import { Keys } from './keys';
import { Line, type LineState, lineWords } from './line';
import { announce } from './notices';
import { attachPointer } from './pointer';
import { RecordingSign } from './recording-sign';
import type { Screen } from './screen';
import { within } from './sizes';
import { attachSoftKeyboard } from './soft-keyboard';

hydrateIcons();
attachFullScreen();
onFilesDropped(() => undefined);

const stage = byId('display');
const secret = location.hash.slice(1);
const line = new Line({ ticket: redeem, lost: isOver }, null, () => within(stage.clientWidth, stage.clientHeight), {
  screen: show,
  state: tell,
  firstFrame,
});

const sign = new RecordingSign(byId('stage'));

let screen: Screen | null = null;
let mode: ShareMode | null = null;
let hands: { keys: Keys; clipboard: Clipboard } | null = null;
let until: string | null = null;

new ResizeObserver(() => screen && fit(screen.client, stage)).observe(stage);
// Another link in the same tab changes nothing but what stands behind the #.
addEventListener('hashchange', () => location.reload());
setInterval(tellTime, 15_000);

async function redeem(): Promise<Traced<Ticket>> {
  const ticket = await api.redeem(secret);
  introduce(ticket.value);
  return ticket;
}

/** Says what this is, as soon as anything is known of it. */
function introduce(shared: Shared): void {
  setText(byId('mesh-name'), shared.name);
  // Who begins or ends to record has every tunnel opened anew, and so this is asked again.
  sign.update(shared.recordingSince ?? null);
  document.title = `${shared.name} · GuacAspire`;
  until = shared.linkExpiresAt;
  tellTime();
  if (mode === shared.mode) return;
  mode = shared.mode;
  const mayWork = mode === 'control';
  document.body.dataset.mode = mode;
  setText(byId('mode'), mayWork ? 'You have control' : 'View only');
  for (const tool of ['clipboard', 'keyboard']) byId(tool).hidden = !mayWork;
  if (!mayWork) return;
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  stage.setAttribute(
    'aria-label',
    'Blender. Keys go to Blender while the picture has the focus; Control, Alt and Shift pressed together give them back.',
  );
  const keys: Keys = new Keys(stage, attachSoftKeyboard(), { release: () => byId('fullscreen').focus() });
  hands = { keys, clipboard: new Clipboard(stage, () => keys.finishPaste()) };
}

function show(next: Screen): void {
  screen = next;
  const client = next.client;
  const display = client.getDisplay();
  display.onresize = () => fit(client, stage);
  stage.replaceChildren(display.getElement());
  if (!hands) return;
  attachPointer(client, stage);
  hands.keys.attach(client);
  hands.clipboard.attach(client);
}

function firstFrame(): void {
  stage.dataset.firstFrame = 'true';
  if (mode === 'control') focusIfFree(stage, byId('line'));
  announce('Blender is on the screen.');
}

function tell(state: LineState): void {
  const [words, colour] = lineWords[state];
  setText(byId('status'), words);
  byId('status-dot').className = `dot ${colour}`;
}

function tellTime(): void {
  setText(byId('time-left'), format.timeLeft(until) ?? '');
}

function isOver(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  if (error.status === 409) introduce(error.extensions as unknown as Shared);
  if (error.status !== 404) return false;
  hands?.keys.release();
  until = null;
  tellTime();
  delete stage.dataset.firstFrame;
  stage.replaceChildren();
  byId('end-title').textContent = error.title;
  byId('end-text').textContent = error.detail;
  byId('end').hidden = false;
  announce(`${error.title}. ${error.detail}`);
  return true;
}

void line.connect();

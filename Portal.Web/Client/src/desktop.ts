import { api, type Desktop, isOver, isPassing, type Mesh, Problem, type Save } from './api';
import { Banner } from './banner';
import { Clipboard } from './clipboard';
import { byId, focusIfFree } from './dom';
import { onFilesDropped } from './drops';
import { follow } from './events';
import * as format from './format';
import { hydrateIcons } from './icons';
import { Keys } from './keys';
import { launch } from './launching';
import { LaunchProgress } from './launch-progress';
import { Line } from './line';
import { announce, complain, notice } from './notices';
import { attachPointer } from './pointer';
import { RecordingTool } from './recording-tool';
import { Resize } from './resize';
import type { Screen } from './screen';
import { Shares } from './shares';
import { attachSoftKeyboard } from './soft-keyboard';
import { isUsable } from './states';
import { Toolbar } from './toolbar';
import { launchOf } from './traces';

hydrateIcons();

const patience = 3_000;
const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const kept = launchOf(id);
const stage = byId('display');
const progress = new LaunchProgress(kept?.clickedAt ?? Date.now());
const toolbar = new Toolbar(id, () => stopping());
const resize = new Resize(stage, id);
const keys = new Keys(stage, attachSoftKeyboard(), { release: () => byId('stop').focus() });
const clipboard = new Clipboard(stage, () => keys.finishPaste());
const line = new Line(
  { ticket: () => api.ticket(id, kept?.traceParent ?? null), lost: lookForEnd },
  kept?.traceParent ?? null,
  () => resize.size(),
  { screen: show, state: (state) => toolbar.setLine(state), firstFrame },
);
new Shares(id);
onFilesDropped(() => notice('Blender cannot take files from here', 'Upload the mesh on the start page, and open it from there.', 'warn'));

const recording = new RecordingTool(id);
const banner = new Banner(id, (desktop) => update(desktop));

let connected = false;
let finished = false;
let leaving = false;
let last: Desktop | null = null;
let mesh: Mesh | undefined;
let unfollow = (): void => undefined;

function show(screen: Screen): void {
  const client = screen.client;
  // What was seen last stays until there is something to see again.
  const before = stage.lastElementChild;
  before?.classList.add('before');
  stage.replaceChildren(...(before ? [before] : []), client.getDisplay().getElement());
  resize.attach(client);
  attachPointer(client, stage);
  keys.attach(client);
  clipboard.attach(client);
}

function firstFrame(tunnelMilliseconds: number): void {
  progress.done();
  stage.querySelector('.before')?.remove();
  resize.ask();
  stage.dataset.firstFrame = 'true';
  focusIfFree(stage, byId('launch'), byId('line'));
  announce('Blender is on the screen.');
  tell(last?.notice ?? null);
  api.firstFrame(id, tunnelMilliseconds, kept?.traceParent ?? null).catch(() => undefined);
}

function update(desktop: Desktop): void {
  if (finished) return;
  const before = last;
  last = desktop;
  toolbar.update(desktop);
  banner.update(desktop);
  recording.update(desktop);
  if (isOver(desktop)) return ended(desktop);
  // It was to stop, and has been kept since its work could not be saved.
  if (leaving && before?.state === 'saving' && desktop.state === 'ready' && desktop.saveFault) return location.reload();
  if (!stage.dataset.firstFrame) {
    progress.setStart(Date.parse(desktop.createdAt));
    progress.update(desktop);
  } else if (before?.state === 'ready' && desktop.state === 'ready' && desktop.message !== before.message && isNews(desktop.message)) {
    notice(desktop.message, '', 'warn');
  }
  if (isUsable(desktop) && !connected) {
    connected = true;
    void line.connect();
  }
}

/** Once: whoever reloads the page has read it. */
function tell(text: string | null): void {
  const key = `told-${id}`;
  if (!text || sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, text);
  notice('A newer save was opened', text, 'warn');
}

/** That all is well is seen on the picture, and not said again when a Provisioner has come back. */
function isNews(message: string | null): message is string {
  return message !== null && message !== 'Ready' && message !== 'Saved';
}

/** Perhaps there is nothing left to reconnect to. */
async function lookForEnd(): Promise<boolean> {
  try {
    const desktop = await api.desktop(id);
    if (isOver(desktop)) update(desktop);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) ended(null);
    if (error instanceof Problem && error.status === 401) location.assign(`/?return=${encodeURIComponent(location.pathname)}`);
  }
  return finished;
}

function stopping(): void {
  leaving = true;
  line.close();
  progress.end('Stopping your desktop', 'Blender saves the file, and then the desktop goes. You need not wait here.', [home()], false);
}

function ended(desktop: Desktop | null): void {
  finished = true;
  unfollow();
  line.close();
  keys.release();
  banner.close();
  void showEnd(desktop);
}

async function showEnd(desktop: Desktop | null): Promise<void> {
  const work = desktop && (await api.saves().catch(() => [])).find((save) => save.mesh === desktop.mesh);
  const ways = [...(work ? [resume(work)] : []), ...(mesh ? [again(mesh, !work)] : []), home(!mesh && !work)];
  if (desktop?.state === 'failed') progress.end('That did not work', desktop.message ?? 'The desktop failed, and nothing of it was left behind.', ways, true);
  else progress.end('This desktop has stopped', desktop?.message ?? 'It is gone. The mesh is still in the catalogue.', ways, false);
}

const home = (primary = false) => ({ name: 'To the meshes', primary, testId: 'to-meshes', go: () => location.assign('/') });

const again = (which: Mesh, primary: boolean) => ({ name: primary ? `Open ${which.name} again` : 'Start afresh', primary, testId: 'launch-again', go: () => void launch(which.id).catch(complain) });

const resume = (work: Save) => ({ name: `Resume the work of ${format.moment(work.savedAt)}`, primary: true, testId: 'resume-work', go: () => void launch(work.mesh, work.id).catch(complain) });

async function start(): Promise<void> {
  unfollow();
  const desktop = await api.desktop(id);
  mesh = await api.mesh(desktop.mesh).catch(() => undefined);
  toolbar.setName(mesh?.name ?? desktop.mesh);
  progress.setMesh(mesh);
  update(desktop);
  if (!finished) unfollow = follow(id, update, () => void start().catch(refused));
}

function refused(error: unknown): void {
  if (error instanceof Problem && error.status === 404) return ended(null);
  // The picture does not need the portal: whoever works goes on, and is followed again when the portal is back.
  if (error instanceof Problem && isPassing(error) && stage.dataset.firstFrame) return void setTimeout(() => void start().catch(refused), patience);
  if (error instanceof Problem && error.status !== 401) {
    return progress.end(error.title, error.detail, [{ name: 'Try again', primary: true, testId: 'retry', go: () => location.reload() }, home()], false);
  }
  complain(error);
}

start().catch(refused);

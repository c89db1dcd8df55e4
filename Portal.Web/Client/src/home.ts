import { api, type Limits, type Mesh } from './api';
import { Catalogue } from './catalogue';
import { DesktopCards } from './desktop-cards';
import { byId, setText } from './dom';
import { hydrateIcons } from './icons';
import { Recordings } from './recordings';
import { SavedWork } from './saved-work';
import { complain } from './notices';
import { confirm } from './confirm';

hydrateIcons();

const interval = 10_000;

const meshes = new Map<string, Mesh>();
const desktops = new DesktopCards(meshes, showLimits, () => void refresh());
const catalogue = new Catalogue(meshes, () => desktops.refresh());
const saved = new SavedWork((saves) => catalogue.offer(saves.filter((save) => !desktops.has(save.mesh))));

const recordings = new Recordings();

const refresh = () => Promise.all([saved.refresh(), recordings.refresh()]);

async function start(): Promise<void> {
  const session = await api.session();
  setText(byId('who'), session.guest ? 'Guest' : session.username);
  byId('who').title = session.username;
  byId('sign-out').addEventListener('click', () => void signOut(session.guest));
  await catalogue.load();
  void refresh();
  desktops.follow();
  // Pictures and recordings come a while after what they are of.
  setInterval(() => document.hidden || void refresh(), interval);
}

async function signOut(guest: boolean): Promise<void> {
  if (guest && (desktops.count > 0 || saved.count > 0 || recordings.count > 0 || [...meshes.values()].some((mesh) => mesh.owner))) {
    const answer = await confirm({
      title: 'Leave for good?',
      text: 'You are a guest: your desktops, your saved work, your recordings and your uploads are removed when you sign out. Download what you want to keep first.',
      yes: 'Sign out',
    });
    if (answer !== 'yes') return;
  }
  try {
    await api.signOut();
    location.replace('/');
  } catch (error) {
    complain(error);
  }
}

function showLimits(limits: Limits | null): void {
  const house = byId('house');
  if (!limits) return setText(house, '');
  const mine = Math.max(0, Math.min(limits.available, limits.maxPerOwner - (limits.owned ?? 0)));
  const words = limits.nextLimit === 'perOwner'
    ? `You have ${limits.owned} of ${limits.maxPerOwner} desktops`
    : limits.nextLimit === 'draining'
      ? 'No desktops are started just now'
      : limits.nextLimit
        ? 'The house is full just now'
        : `Room for ${mine} more ${mine === 1 ? 'desktop' : 'desktops'}`;
  setText(house, words);
}

start().catch(complain);

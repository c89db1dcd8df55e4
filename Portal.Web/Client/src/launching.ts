import { api } from './api';
import { expected } from './sizes';
import { keepLaunch } from './traces';

/** Launches a mesh, or saved work on it, and moves to the page of its desktop. */
export async function launch(mesh: string, resume?: string): Promise<void> {
  const clickedAt = Date.now();
  const { value: desktop, traceParent } = await api.launch(mesh, expected(), resume);
  keepLaunch(desktop.id, traceParent, clickedAt);
  location.assign(`/desktops/${desktop.id}`);
}

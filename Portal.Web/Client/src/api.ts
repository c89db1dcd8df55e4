/** The portal's public API, typed. */

export type DesktopState = 'pending' | 'starting' | 'opening' | 'connecting' | 'ready' | 'saving' | 'stopped' | 'failed';

export interface Session {
  username: string;
  guest: boolean;
}

export interface Mesh {
  id: string;
  name: string;
  format: string;
  bytes: number;
  triangles: number | null;
  owner: string | null;
  thumbnail: string | null;
}

export interface Desktop {
  id: string;
  mesh: string;
  state: DesktopState;
  step: string | null;
  percent: number;
  message: string | null;
  createdAt: string;
  readyAt: string | null;
  savedAt: string | null;
  expiresAt: string | null;
  idleSince: string | null;
  /** Why it is about to be stopped. */
  warning: 'idle' | 'maxLifetime' | 'drain' | null;
  /** Why the last attempt to save it failed. */
  saveFault: string | null;
  /** Since when its screen is recorded. */
  recordingSince: string | null;
  /** What to know of what was opened: that a newer save took the place of the one that was picked. */
  notice: string | null;
}

/** Saved work, which stays when its desktop is gone. */
export interface Save {
  id: string;
  mesh: string;
  name: string;
  desktop: string;
  savedAt: string;
  bytes: number;
  checkpoint: boolean;
  thumbnail: string | null;
}

/** What was recorded of a desktop's screen. */
export interface Recording {
  id: string;
  mesh: string;
  name: string;
  desktop: string;
  startedAt: string;
  endedAt: string;
  bytes: number;
  running: boolean;
}

export interface Size {
  width: number;
  height: number;
}

export interface Ticket {
  tunnel: string;
  token: string;
  dataSource: string;
  connection: string;
  type: string;
  expiresAt: string;
  /** Since when its screen is recorded. */
  recordingSince: string | null;
}

export type ShareMode = 'view' | 'control';

/** A link to a desktop for others; itself only in the answer that made it. */
export interface Share {
  id: string;
  mode: ShareMode;
  createdAt: string;
  expiresAt: string;
  viewers: number | null;
  link: string | null;
}

/** What a link leads to. */
export interface Shared {
  name: string;
  mode: ShareMode;
  linkExpiresAt: string;
  /** Since when the screen is recorded; not said while there is nothing to see. */
  recordingSince?: string | null;
}

export interface Limits {
  running: number;
  max: number;
  available: number;
  owned: number | null;
  maxPerOwner: number;
  pool: number;
  nextLimit: string | null;
  retryAfterSeconds: number | null;
}

/** A refusal in words, as the API gives it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly retryAfterSeconds: number | null = null,
    /** What else the API says, for programs. */
    readonly extensions: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

/** Whether it may be over in a moment: what answers is on its way down or up. */
export const isPassing = (problem: Problem): boolean => [0, 502, 503, 504].includes(problem.status);

export const isOver = (desktop: Desktop): boolean => desktop.state === 'stopped' || desktop.state === 'failed';

export interface Traced<T> {
  value: T;
  traceParent: string | null;
}

export const api = {
  session: () => call<Session>('GET', '/api/session'),
  methods: () => call<{ guests: boolean; signedIn: boolean }>('GET', '/api/session/methods'),
  signIn: (username: string, password: string) => call<Session>('POST', '/api/session', { username, password }),
  signInAsGuest: () => call<Session>('POST', '/api/session/guest'),
  signOut: () => call<void>('DELETE', '/api/session', undefined, {}, minutes(1)),
  meshes: () => call<Mesh[]>('GET', '/api/meshes'),
  mesh: (id: string) => call<Mesh>('GET', `/api/meshes/${encodeURIComponent(id)}`),
  deleteMesh: (id: string) => call<void>('DELETE', `/api/meshes/${encodeURIComponent(id)}`),
  desktops: () => look<Desktop[]>('/api/desktops'),
  desktop: (id: string) => call<Desktop>('GET', desktopPath(id)),
  limits: () => look<Limits>('/api/limits'),
  launch: (mesh: string, size: Size, resume?: string) =>
    traced<Desktop>('POST', '/api/desktops', { mesh, ...size, resume }, { 'Idempotency-Key': randomKey() }, minutes(2)),
  ticket: (id: string, traceParent: string | null) => traced<Ticket>('POST', `${desktopPath(id)}/ticket`, undefined, traceHeader(traceParent)),
  firstFrame: (id: string, tunnelMilliseconds: number, traceParent: string | null) =>
    call<void>('POST', `${desktopPath(id)}/first-frame`, { tunnelMilliseconds }, traceHeader(traceParent)),
  resize: (id: string, size: Size) => call<Size>('PUT', `${desktopPath(id)}/screen`, size),
  save: (id: string) => call<Desktop>('POST', `${desktopPath(id)}/save`, undefined, {}, minutes(5)),
  stay: (id: string) => call<Desktop>('POST', `${desktopPath(id)}/stay`),
  shares: (id: string) => look<Share[]>(sharesPath(id)),
  share: (id: string, mode: ShareMode, expiresInMinutes: number) => call<Share>('POST', sharesPath(id), { mode, expiresInMinutes }),
  revoke: (id: string, share: string) => call<void>('DELETE', `${sharesPath(id)}/${encodeURIComponent(share)}`),
  redeem: (secret: string) => traced<Ticket & Shared>('POST', '/api/shared', { secret }),
  saves: () => look<Save[]>('/api/saves'),
  deleteSave: (id: string) => call<void>('DELETE', savePath(id)),
  record: (id: string, on: boolean) => call<Desktop>('PUT', `${desktopPath(id)}/recording`, { on }, {}, minutes(1)),
  recordings: () => look<Recording[]>('/api/recordings'),
  deleteRecording: (id: string) => call<void>('DELETE', recordingPath(id)),
  stop: (id: string, discard = false) => call<void>('DELETE', desktopPath(id) + (discard ? '?discard=true' : ''), undefined, {}, minutes(1)),
};

export const savePath = (id: string): string => `/api/saves/${encodeURIComponent(id)}`;

const sharesPath = (id: string): string => `${desktopPath(id)}/shares`;

export const recordingPath = (id: string): string => `/api/recordings/${encodeURIComponent(id)}`;

export const desktopPath = (id: string): string => `/api/desktops/${encodeURIComponent(id)}`;

/** Reads the body of a failed request as a problem in words, whatever it is. */
export function problemOf(status: number, body: string, retryAfter: string | null): Problem {
  try {
    const problem = JSON.parse(body) as { title?: string; detail?: string } & Record<string, unknown>;
    if (problem.title) return new Problem(status, problem.title, problem.detail ?? '', retryAfter ? Number(retryAfter) : null, problem);
  } catch {
    // A proxy in between answers in HTML.
  }
  if (status === 413) return new Problem(status, 'The file is too large', 'Reduce the mesh, or save it in a binary format such as .glb.');
  const gone = status === 502 || status === 503 || status === 504;
  return gone
    ? new Problem(status, 'The portal does not answer', 'It may be starting or stopping. Try again in a few seconds.')
    : new Problem(status, `The portal refused (${status})`, 'Reload the page and try again.');
}

const minutes = (count: number): number => count * 60_000;

/** How long an answer may take, in milliseconds, where nothing is done for it that takes long: nobody is left waiting for one that never comes. */
const usual = 20_000;

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, limit = usual): Promise<T> {
  return (await traced<T>(method, path, body, headers, limit)).value;
}

async function traced<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, limit = usual): Promise<Traced<T>> {
  const request: RequestInit = { method, headers: { Accept: 'application/json', ...headers }, cache: 'no-store' };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { ...request.headers, 'Content-Type': 'application/json' };
  }

  let response: Response;
  let text: string;
  try {
    response = await persistently(path, { ...request, signal: AbortSignal.timeout(limit) });
    text = await response.text();
  } catch (error) {
    throw error instanceof DOMException && error.name === 'TimeoutError'
      ? new Problem(0, 'The portal does not answer', `Nothing came within ${limit / 1000} seconds. Check the network, and try again.`)
      : new Problem(0, 'The portal cannot be reached', 'Check the network, or whether the system still runs, and try again.');
  }

  if (!response.ok) throw problemOf(response.status, text, response.headers.get('Retry-After'));
  return { value: (text ? JSON.parse(text) : undefined) as T, traceParent: response.headers.get('traceparent') };
}

/** Whenever a network of this machine comes or goes, as a desktop's does, browsers drop what they are about to send. Nothing here does harm twice. */
async function persistently(path: string, request: RequestInit, waits = [100, 400, 1000]): Promise<Response> {
  try {
    return await fetch(path, request);
  } catch (error) {
    const [wait, ...rest] = waits;
    if (wait === undefined || request.signal?.aborted) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return persistently(path, request, rest);
  }
}

const traceHeader = (traceParent: string | null): Record<string, string> => (traceParent ? { traceparent: traceParent } : {});

/** Pages look again every few seconds, though nobody has clicked: the flag at the end says that no trace need tell of it, unless it fails. */
const look = <T>(path: string): Promise<T> =>
  call<T>('GET', path, undefined, { traceparent: `00-${randomHex(16)}-${randomHex(8)}-00` });

/** crypto.randomUUID exists only where the page is secure; this works everywhere. */
const randomKey = (): string => randomHex(16);

const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');

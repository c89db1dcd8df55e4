const numbers = new Intl.NumberFormat('en');

export const triangles = (count: number | null): string =>
  count === null ? '' : count === 1 ? '1 triangle' : `${numbers.format(count)} triangles`;

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export const seconds = (milliseconds: number): string =>
  milliseconds < 60_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(milliseconds / 60_000)}:${String(Math.floor((milliseconds % 60_000) / 1000)).padStart(2, '0')} min`;

/** How long something takes, as a player shows it. */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** How long until then, in words short enough for a card; null when that is past or unknown. */
export function timeLeft(until: string | null, now = Date.now()): string | null {
  if (!until) return null;
  const minutes = Math.ceil((Date.parse(until) - now) / 60_000);
  if (Number.isNaN(minutes) || minutes <= 0) return null;
  if (minutes < 60) return `${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  return hours >= 10 || minutes % 60 === 0 ? `${hours} h left` : `${hours} h ${minutes % 60} min left`;
}

/** How long until then, to the second: for who has to do something about it. */
export function countdown(until: string, now = Date.now()): string {
  const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** When something was, as people say it: the time of today, else the day as well. */
export function moment(at: string, now = new Date()): string {
  const time = clock(new Date(at));
  const on = day(at, now);
  return on === time ? time : `${on}, ${time}`;
}

/** The same, where there is little room: the time of today, else the day alone. */
export function day(at: string, now = new Date()): string {
  const then = new Date(at);
  return then.toDateString() === now.toDateString()
    ? clock(then)
    : then.toLocaleDateString([], { day: 'numeric', month: 'short', year: then.getFullYear() === now.getFullYear() ? undefined : 'numeric' });
}

const clock = (at: Date): string => at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

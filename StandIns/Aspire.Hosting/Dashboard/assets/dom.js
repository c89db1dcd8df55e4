const shapes = {
  success: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5.2 8.3l2 2 3.6-4.3',
  done: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5.2 8.3l2 2 3.6-4.3',
  error: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  warning: 'M8 1.8 15 14H1zM8 6.3v3.6M8 11.7v.3',
  busy: 'M8 1.5a6.5 6.5 0 1 1-6.5 6.5',
  waiting: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M8 4.5V8l2.5 1.6',
  idle: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0',
  box: 'M2 4.8 8 1.8l6 3v6.4l-6 3-6-3zM2 4.8l6 3 6-3M8 7.8v6.4',
  code: 'M5 4.5 1.5 8 5 11.5M11 4.5 14.5 8 11 11.5M9.2 3 6.8 13',
  terminal: 'M1.5 2.5h13v11h-13zM4.2 6l2 2-2 2M8.2 10.3h3.6',
  key: 'M2 8a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0M7.6 8h6.9M11.5 8v2.4M14 8v1.8',
  database: 'M2.5 4c0-1.2 2.5-2 5.5-2s5.5.8 5.5 2-2.5 2-5.5 2-5.5-.8-5.5-2v8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2V4M2.5 8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2',
  desktop: 'M1.5 2.5h13v8.5h-13zM5.2 13.7h5.6M8 11v2.7',
  globe: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M1.5 8h13M8 1.5c2 2 2.7 4 2.7 6.5S10 12.5 8 14.5c-2-2-2.7-4-2.7-6.5S6 3.5 8 1.5z',
  start: 'M4.5 2.8v10.4L13 8z',
  stop: 'M3.7 3.7h8.6v8.6H3.7z',
  restart: 'M13.2 8a5.2 5.2 0 1 1-1.6-3.8M13.4 1.6v3.2h-3.2',
  logs: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h7.5M2.5 12.5h5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
};

/** Makes an element; strings become text, never markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(shape, name = '') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon ${name}`.trim());
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[shape] ?? shapes.box);
  svg.append(path);
  return svg;
}

const shown = new WeakMap();

/** Renders only when what is shown has changed, so that focus, selection and scrolling survive the live updates. */
export function patch(element, data, render) {
  const signature = JSON.stringify(data);
  if (shown.get(element) === signature) return;
  shown.set(element, signature);
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...[render()].flat().filter(Boolean));
  if (focused) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function age(time) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(time)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min ago` : `${Math.floor(hours / 24)} d ${hours % 24} h ago`;
}

export function clock(time) {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

export function ageOf(time) {
  return h('time', { datetime: time, title: clock(time), 'data-age': time }, age(time));
}

setInterval(() => {
  for (const element of document.querySelectorAll('time[data-age]')) element.textContent = age(element.dataset.age);
}, 5000);

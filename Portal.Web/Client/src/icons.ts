const paths = {
  back: 'M15 5l-7 7 7 7',
  save: 'M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6',
  download: 'M12 4v11m-5-5l5 5 5-5M5 20h14',
  clipboard: 'M9 5H6v15h12V5h-3M9 3.5h6v3.5H9zM9 12h6M9 15.5h4',
  keyboard: 'M3 7h18v10H3zM7 10.5h.01M10.5 10.5h.01M14 10.5h.01M17.2 10.5h.01M8 14h8',
  fullscreen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  stop: 'M6 6h12v12H6z',
  upload: 'M12 20V9m-5 5l5-5 5 5M5 4h14',
  trash: 'M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  resume: 'M4.5 12a7.5 7.5 0 1 0 2.6-5.7M4.5 4.5v4.2h4.2M12 8v4.3l2.8 1.7',
  share: 'M8.6 10.7l6.8-3.9M8.6 13.3l6.8 3.9M6 14.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5zM18 8a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5zM18 21a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5z',
  eye: 'M2.5 12s3.5-6.5 9.5-6.5s9.5 6.5 9.5 6.5s-3.5 6.5-9.5 6.5S2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6a3 3 0 0 0 0 6z',
  hand: 'M6 3.5l12.5 8-5.6 1.2-2.9 5.1z',
  record: 'M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z',
  play: 'M7 4.5l12 7.5-12 7.5z',
  pause: 'M8 5v14M16 5v14',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17zM12 7.5V12l3 2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  mesh: 'M12 2.5l8.5 4.8v9.4L12 21.5l-8.5-4.8V7.3zM12 2.5v9.5m0 0l8.5-4.7M12 12l-8.5-4.7M12 12v9.5M12 12l8.5 4.7M12 12l-8.5 4.7',
};

export type IconName = keyof typeof paths;

const svgNamespace = 'http://www.w3.org/2000/svg';

export function icon(name: IconName, className = 'icon', width = 1.8): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': width, 'aria-hidden': true })) {
    svg.setAttribute(key, String(value));
  }
  svg.setAttribute('stroke-linecap', 'round');
  svg.setAttribute('stroke-linejoin', 'round');
  svg.setAttribute('class', className);
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** Puts the icons where the page's HTML asks for them. */
export function hydrateIcons(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-icon]')) place.replaceWith(icon(place.dataset.icon as IconName));
}

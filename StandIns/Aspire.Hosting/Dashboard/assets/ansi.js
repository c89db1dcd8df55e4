// Colours and bold of terminal output (SGR); every other escape sequence is dropped.
const sequence = /\x1b\[([0-9;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]/g;

export function ansiSpans(text) {
  if (!text.includes('\x1b')) return [text];
  const parts = [];
  let style = { colour: null, bold: false };
  let last = 0;
  const push = end => {
    if (end <= last) return;
    const part = text.slice(last, end);
    const names = [style.colour && `ansi-${style.colour}`, style.bold && 'ansi-bold'].filter(Boolean).join(' ');
    if (!names) return parts.push(part);
    const span = document.createElement('span');
    span.className = names;
    span.textContent = part;
    parts.push(span);
  };
  for (const match of text.matchAll(sequence)) {
    push(match.index);
    if (match[2] === 'm') style = apply(style, match[1]);
    last = match.index + match[0].length;
  }
  push(text.length);
  return parts;
}

function apply(style, codes) {
  const next = { ...style };
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) Object.assign(next, { colour: null, bold: false });
    else if (code === 1) next.bold = true;
    else if (code === 22) next.bold = false;
    else if (code === 39) next.colour = null;
    else if (code >= 30 && code <= 37) next.colour = code - 30;
    else if (code >= 90 && code <= 97) next.colour = code - 90;
  }
  return next;
}

import { clockTime } from './clock.js';
import { byId, element } from './element.js';

const list = byId('log');
const last = byId('last-line');
const level = byId('log-level');
const search = byId('log-search');
const most = 300;
const levels = {
  '': ['debug', 'info', 'warn', 'error'],
  warn: ['warn', 'error'],
  error: ['error'],
};
let lines = [];

/** Shows the lines so far, newest first. */
export function showLog(given) {
  lines = [...given];
  draw();
  if (lines.length > 0) showLast(lines.at(-1));
}

export function addLine(line) {
  lines.push(line);
  if (lines.length > most) lines.shift();
  showLast(line);
  if (!isWanted(line)) return;
  // Whoever has scrolled down to read an older line keeps it in sight.
  const { scrollTop, scrollHeight } = list;
  list.prepend(row(line));
  if (list.children.length > most) list.lastChild.remove();
  if (scrollTop > 0) list.scrollTop = scrollTop + list.scrollHeight - scrollHeight;
  count();
}

function isWanted({ level: own, source, event, text }) {
  const wanted = search.value.trim().toLowerCase();
  const all = `${source} ${event} ${text}`.toLowerCase();
  return levels[level.value].includes(own) && all.includes(wanted);
}

function draw() {
  list.replaceChildren(...lines.filter(isWanted).map(row).reverse());
  count();
}

function count() {
  const shown = list.children.length;
  byId('log-count').textContent =
    shown === lines.length ? '' : `${shown} of ${lines.length} lines shown`;
}

/** In sight while the list is closed. */
function showLast({ time, level: own, source, event, text }) {
  last.className = own;
  last.textContent = `${clockTime(time)}  ${source}  ${event}  ${text}`;
}

function row({ time, level: own, source, event, text }) {
  return element(
    'li',
    { class: own },
    element('time', { datetime: time }, clockTime(time)),
    element('span', { class: 'source' }, source),
    element('span', { class: 'event' }, event || own),
    element('span', { class: 'text' }, text),
  );
}

// It scrolls: the keyboard must be able to.
list.tabIndex = 0;
level.addEventListener('change', draw);
search.addEventListener('input', draw);

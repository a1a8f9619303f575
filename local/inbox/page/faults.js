import { byId, element } from './element.js';
import { ask } from './send.js';

const place = byId('faults');
const switches = new Map();
const active = element('div', { class: 'chips', 'aria-live': 'polite' });
const durations = { '': 'always', 1: 'once', 3: 'three times', 10: 'ten times' };

/** Shows a switch for each endpoint of Graph. */
export function showFaultMenu(menu) {
  switches.clear();
  const fields = Object.entries(menu).map(([target, { title, kinds }]) => {
    const kind = element(
      'select',
      { 'aria-label': title, onchange: () => change(target) },
      element('option', { value: '' }, 'works as it should'),
      Object.entries(kinds).map(([value, text]) => element('option', { value }, text)),
    );
    const times = element(
      'select',
      { 'aria-label': `${title}: how often`, onchange: () => change(target) },
      Object.entries(durations).map(([value, text]) => element('option', { value }, text)),
    );
    times.value = '';
    switches.set(target, { title, kinds, kind, times });
    return element('div', { class: 'fault' }, element('span', {}, title), times, kind);
  });
  const open = place.querySelector('details')?.open;
  place.replaceChildren(
    element(
      'details',
      {
        open,
        ontoggle: ({ target }) => target.open && target.scrollIntoView({ block: 'nearest' }),
      },
      element('summary', {}, 'What can go wrong'),
      element('div', { class: 'fault-fields' }, fields),
    ),
    active,
  );
}

async function change(target) {
  const { kind, times } = switches.get(target);
  const wish = { target, kind: kind.value || null };
  if (wish.kind && times.value) wish.times = Number(times.value);
  await ask('POST', '/api/faults', wish);
}

/** Shows what is switched on now. */
export function showActiveFaults(faults) {
  const on = new Map(faults.map((fault) => [fault.target, fault]));
  for (const [target, { kind, times }] of switches) {
    const fault = on.get(target);
    kind.value = fault?.kind ?? '';
    times.disabled = !fault;
    // While it counts down, the choice is left as it was made.
    if (fault && fault.times === null) times.value = '';
  }
  active.replaceChildren(...faults.map(chip));
  if (faults.length > 0) {
    active.append(
      element(
        'button',
        { type: 'button', class: 'quiet', onclick: () => ask('DELETE', '/api/faults') },
        'Clear all faults',
      ),
    );
  }
}

function chip({ target, kind, times }) {
  const { title, kinds } = switches.get(target);
  return element(
    'button',
    {
      type: 'button',
      class: 'chip',
      'aria-label': `Switch off: ${title}: ${kinds[kind]}`,
      onclick: () => ask('POST', '/api/faults', { target, kind: null }),
    },
    `${title}: ${kinds[kind]}${times === null ? '' : ` (${times} left)`}`,
    element('span', { 'aria-hidden': 'true' }, ' ×'),
  );
}

import { arrowKeys } from './arrows.js';
import { plural } from './clock.js';
import { byId, element } from './element.js';
import { expectMails, tell } from './progress.js';
import { ask } from './send.js';

const picker = byId('person');
const shown = [];

const picked = () => picker.selectedOptions[0];
const firstName = (name) => name.split(' ', 1)[0];

/** Fills the picker with the people of the directory, those made for a burst left out. */
export function showPicker(people) {
  const named = people.filter(({ extra }) => !extra);
  const value = picker.value;
  picker.replaceChildren(
    element('option', { value: '' }, 'whoever it fits best'),
    ...named.map(({ id, name }) => element('option', { value: id }, name)),
  );
  picker.value = value;
}

/** Shows the buttons, by group. */
export function showHappenings(happenings) {
  shown.length = 0;
  const groups = Map.groupBy(happenings, ({ group }) => group);
  const made = [...groups].map(([group, items]) =>
    element(
      'div',
      { class: 'group', role: 'group', 'aria-label': group },
      element('h3', {}, group),
      items.map(happeningButton),
    ),
  );
  byId('groups').replaceChildren(...made);
  for (const group of made) arrowKeys(group);
  showWho();
}

function happeningButton(item) {
  const { name, title, description, changes, many } = item;
  const who = element('span', { class: 'who' });
  const count = many
    ? element('input', {
        type: 'number',
        min: 1,
        max: 1000,
        value: changes,
        'aria-label': 'How many people',
      })
    : undefined;
  const means = changes === 0 ? 'No mail.' : `${plural(changes, 'mail')}.`;
  const told = `${description} ${count ? 'As many mails.' : means}`;
  const button = element(
    'button',
    {
      type: 'button',
      class: 'happening',
      'data-happening': name,
      'aria-description': told,
      title: told,
      onclick: () => press(item, button, count),
    },
    element('span', {}, count ? unnumbered(title) : title),
    who,
  );
  shown.push({ item, who });
  return count ? element('div', { class: 'burst' }, button, count) : button;
}

async function press({ name, anyone, title, changes }, button, count) {
  const user = anyone ? picker.value : '';
  const mails = count ? count.valueAsNumber : changes;
  try {
    const wish = { name, ...(user && { user }), ...(count && { count: count.valueAsNumber }) };
    const { rows } = await ask('POST', '/api/happen', wish);
    expectMails({ title: count ? `${unnumbered(title)} ${mails}` : title, rows, mails });
    button.classList.add('pressed');
    setTimeout(() => button.classList.remove('pressed'), 900);
  } catch (error) {
    tell(title, error.message, 'wrong');
  }
}

/** `A burst of 500` without its number, which a field beside it holds. */
const unnumbered = (title) => title.replace(/ \d+$/, '');

/** Each button names whom it happens to. */
function showWho() {
  const other = picker.value && picked().textContent;
  for (const { item, who } of shown) {
    const name = item.anyone && other ? other : item.person;
    who.textContent = name ? firstName(name) : '';
    who.classList.toggle('other', Boolean(item.anyone && other));
  }
}

picker.addEventListener('change', showWho);

/**
 * Makes an element. Text goes in as text and never as markup; `on…` properties become listeners,
 * all others attributes, and those that are false or undefined are left out.
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return made;
}

/** The element of that id, which the page has. */
export const byId = (id) => document.getElementById(id);

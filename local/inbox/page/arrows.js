/**
 * One Tab stop for a whole list of buttons: arrow keys, Home and End move within it. Rows may be made
 * anew at any time; whichever is current, or else the first, takes the Tab.
 */
export function arrowKeys(list) {
  const buttons = () => [...list.querySelectorAll('button, input')];
  const settle = () => {
    const all = buttons();
    const active =
      all.find((one) => one === document.activeElement) ??
      all.find((one) => one.getAttribute('aria-current')) ??
      all[0];
    for (const one of all) one.tabIndex = one === active ? 0 : -1;
  };
  list.addEventListener('focusin', settle);
  list.addEventListener('keydown', (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    if (at < 0 || event.target.matches('input')) return;
    const next = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  });
  new MutationObserver(settle).observe(list, { childList: true, subtree: true });
  settle();
}

// Shows the people whose entry holds every word, and how many those are.
const box = document.querySelector('#filter');
const found = document.querySelector('#found');

const people = [...document.querySelectorAll('.people > li')].map((entry) => ({
  entry,
  text: entry.textContent.toLowerCase(),
}));

box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const { entry, text } of people) {
    entry.hidden = !words.every((word) => text.includes(word));
    if (!entry.hidden) count += 1;
  }
  found.textContent = count === 1 ? '1 person' : `${count} people`;
});

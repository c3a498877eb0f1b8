// Elements of the page: made from words and never from markup.
const SVG = 'http://www.w3.org/2000/svg';

const fill = (node, properties, children) => {
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else node.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
};
const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
const s = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

const hash = (...parts) => `#${parts.map((part) => encodeURIComponent(part).replaceAll('%2F', '/').replaceAll('%3A', ':')).join('/')}`;
const count = (number, word, many = `${word}s`) => `${number.toLocaleString('en')} ${number === 1 ? word : many}`;

const section = (title, ...children) => h('section', { class: 'card' }, h('h2', {}, title), ...children);
// Terms and what they are; what is not known is left out.
const facts = (pairs, kind = '') => h('dl', { class: `facts ${kind}` }, pairs
  .filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && !value.length))
  .map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
const code = (text) => h('span', { class: 'name' }, text);
const more = (title, ...children) => h('details', {}, h('summary', {}, title), ...children);
// What takes long is made when it is opened.
const later = (title, make) => {
  const node = h('details', {}, h('summary', {}, title));
  node.addEventListener('toggle', async () => {
    if (node.open && node.children.length === 1) node.append(await make());
  });
  return node;
};

const table = (heads, rows, properties = {}) => h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': properties.label || heads.join(', ') },
  h('table', { class: properties.class }, h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, rows.map((cells) => h('tr', { class: cells.class }, cells.map((cell, at) => (at === 0
      ? h('th', { scope: 'row' }, cell) : h('td', {}, cell))))))));

// A choice among few, as radio buttons that look like one bar.
let bars = 0;
const bar = (label, choices, chosen, choose) => {
  bars += 1;
  return h('fieldset', { class: 'bar' }, h('legend', {}, label), choices.map(([key, words]) => h('label', {},
    h('input', { type: 'radio', name: `bar${bars}`, value: key, checked: key === chosen, onchange: () => choose(key) }), h('span', {}, words))));
};

const select = (label, choices, chosen, choose) => h('label', { class: 'choice' }, h('span', {}, label),
  h('select', { onchange: (event) => choose(event.target.value) }, choices.map(([key, words]) => h('option', { value: key, selected: key === chosen }, words))));

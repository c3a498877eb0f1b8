// A table of any length: only the rows in view are made. Arrow keys move, Enter opens, heads sort.
const ROW = 30;
const AROUND = 12;
let grids = 0;

const compare = (one, other) => {
  if (one === other) return 0;
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  return typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other), 'en', { numeric: true });
};

class Grid {
  // columns: {title, width, cell(row) -> words or node, key(row) -> what it is sorted by, right}
  constructor({ label, columns, rows, open, shown = 14, none = 'None.' }) {
    grids += 1;
    Object.assign(this, { id: `grid${grids}`, columns, open, shown, none, active: 0, sorted: null, down: false });
    this.body = h('div', { class: 'body', role: 'rowgroup' });
    this.heads = columns.map((column, at) => h('div', { role: 'columnheader', class: column.right ? 'right' : null },
      column.key ? h('button', { type: 'button', onclick: () => this.sort(at) }, column.title) : column.title));
    this.scroller = h('div', { class: 'grid', role: 'grid', tabindex: '0', 'aria-label': label, 'aria-colcount': columns.length },
      h('div', { class: 'heads', role: 'rowgroup' }, h('div', { class: 'line', role: 'row' }, this.heads)), this.body);
    this.scroller.style.setProperty('--columns', columns.map((column) => column.width || 'minmax(7rem, 1fr)').join(' '));
    this.scroller.addEventListener('scroll', () => this.draw(), { passive: true });
    this.scroller.addEventListener('keydown', (event) => this.press(event));
    this.scroller.addEventListener('focus', () => this.draw());
    this.node = h('div', { class: 'gridbox' }, this.scroller);
    this.set(rows);
  }

  set(rows) {
    this.given = rows;
    this.active = 0;
    this.order();
    this.scroller.scrollTop = 0;
    this.draw();
  }

  order() {
    this.rows = this.given;
    if (this.sorted !== null) {
      const { key } = this.columns[this.sorted];
      const keyed = this.given.map((row) => [key(row), row]);
      keyed.sort((one, other) => compare(one[0], other[0]));
      if (this.down) keyed.reverse();
      this.rows = keyed.map(([, row]) => row);
    }
    this.scroller.setAttribute('aria-rowcount', this.rows.length + 1);
    const lines = Math.min(this.rows.length || 1, this.shown);
    this.scroller.style.setProperty('--shown', `${(lines + 1) * ROW + 18}px`);
    this.body.style.setProperty('height', `${(this.rows.length || 1) * ROW}px`);
  }

  sort(at) {
    this.down = this.sorted === at && !this.down;
    this.sorted = at;
    this.heads.forEach((head, column) => {
      if (column === at) head.setAttribute('aria-sort', this.down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    this.order();
    this.draw();
  }

  draw() {
    if (!this.rows.length) {
      this.body.replaceChildren(h('div', { class: 'line none', role: 'row' }, h('div', { role: 'gridcell' }, this.none)));
      return;
    }
    const top = Math.max(0, Math.floor(this.scroller.scrollTop / ROW) - AROUND);
    const last = Math.min(this.rows.length, top + this.shown + 2 * AROUND);
    const lines = [];
    for (let at = top; at < last; at += 1) lines.push(this.line(at));
    this.body.replaceChildren(...lines);
    this.scroller.setAttribute('aria-activedescendant', `${this.id}r${this.active}`);
  }

  line(at) {
    const row = this.rows[at];
    const target = this.open && this.open(row);
    const cells = this.columns.map((column, place) => {
      const made = column.cell(row);
      const words = place === 0 && target ? h('a', { href: target, tabindex: '-1' }, made) : made;
      return h('div', { role: 'gridcell', class: column.right ? 'right' : null }, words);
    });
    const line = h('div', {
      class: `line${at === this.active ? ' active' : ''}${row.marked ? ' marked' : ''}`, role: 'row', id: `${this.id}r${at}`, 'aria-rowindex': at + 2,
      onclick: (event) => { if (target && !event.target.closest('a')) window.location.hash = target; },
    }, cells);
    line.style.setProperty('top', `${at * ROW}px`);
    return line;
  }

  press(event) {
    if (event.target !== this.scroller || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = this.shown - 1;
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.rows.length, End: this.rows.length };
    if (event.key in moves) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(this.rows.length - 1, this.active + moves[event.key]));
      const y = this.active * ROW;
      const height = this.scroller.clientHeight - 2 * ROW;
      if (y < this.scroller.scrollTop) this.scroller.scrollTop = y;
      else if (y > this.scroller.scrollTop + height) this.scroller.scrollTop = y - height;
      this.draw();
    } else if (event.key === 'Enter' && this.open && this.rows.length) {
      const target = this.open(this.rows[this.active]);
      if (target) window.location.hash = target;
    }
  }
}

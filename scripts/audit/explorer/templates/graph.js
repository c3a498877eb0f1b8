// Dependencies followed forwards, as scripts/audit/lineage/graph.py does; a test compares them.
const EXISTENCE = '*';
const KEPT = -1;

// A set of row numbers: fast to ask, to add to, and to go through.
class Rows {
  constructor(size) {
    this.has = new Uint8Array(size);
    this.list = new Int32Array(8);
    this.count = 0;
  }

  add(row) {
    if (this.has[row]) return false;
    this.has[row] = 1;
    if (this.count === this.list.length) {
      const longer = new Int32Array(this.count * 2);
      longer.set(this.list);
      this.list = longer;
    }
    this.list[this.count] = row;
    this.count += 1;
    return true;
  }

  values() { return this.list.subarray(0, this.count); }
}

// Numbers grouped by a number: those of group g stand from starts[g] to starts[g + 1].
const grouped = (groups, size) => {
  const starts = new Int32Array(size + 1);
  for (const group of groups) if (group >= 0) starts[group + 1] += 1;
  for (let at = 0; at < size; at += 1) starts[at + 1] += starts[at];
  const next = starts.slice();
  const members = new Int32Array(starts[size]);
  groups.forEach((group, member) => {
    if (group >= 0) {
      members[next[group]] = member;
      next[group] += 1;
    }
  });
  return { of: (group) => members.subarray(starts[group], starts[group + 1]) };
};

// Whether it matters to what is made that a row of the read is there: a value made record by record
// goes with its record, whose being there is declared for itself.
const asksExistence = (made, read) => read.link !== 'record' || made.columns.includes(EXISTENCE);
const namesOf = (read, exists) => new Set([...(exists ? [EXISTENCE] : []), ...read.columns, ...read.deciding]);

class Index {
  // `held(number)` gives an array of the index: Uint8Array of packed bits or Int32Array.
  constructor(document, held, numbers) {
    this.subjects = document.subjects;
    this.size = document.subjects.length;
    this.held = held;
    this.tables = document.tables;
    this.filters = document.filters.map((part) => ({ ...part, bits: null }));
    this.reads = document.reads.map((read) => ({
      ...read,
      filters: read.filters.map((number) => this.filters[number]),
      deciding: read.filters.flatMap((number) => this.filters[number].columns),
    }));
    this.links = new Map(document.links.map((link) => [`${link.made}\n${link.source}`, link.rows]));
    this.derivations = document.derivations.map((made) => ({ ...made, reads: made.reads.map((number) => this.reads[number]) }));
    this.numbers = numbers;
    this.displays = Object.entries(document.displays || {});
    this.byInput = new Map();
    this.byOutput = new Map();
    const add = (map, key, made) => map.set(key, [...(map.get(key) || []), made]);
    for (const made of this.derivations) {
      add(this.byOutput, made.table, made);
      new Set(made.reads.map((read) => read.table)).forEach((table) => add(this.byInput, table, made));
    }
    this.bySubject = new Map();
    this.inverse = new Map();
  }

  rows(table) { return this.tables[table].rows; }

  subjectOf(table) { return this.held(this.tables[table].subject); }

  // The rows of a subject in a table of the index.
  rowsOf(table, subject) {
    if (!this.bySubject.has(table)) this.bySubject.set(table, grouped(this.subjectOf(table), this.size));
    return this.bySubject.get(table).of(subject);
  }

  bit(number, at) { return (this.held(number)[at >> 3] >> (7 - (at & 7))) & 1; }

  keeps(part, row, subject) {
    if (!part.by_subject) return this.bit(part.keeps, row);
    return subject >= 0 && this.bit(part.keeps, subject);
  }

  // KEPT, or the first filter that leaves a row of the read's table out.
  state(read, row, subjects) {
    for (let number = 0; number < read.filters.length; number += 1) {
      if (!this.keeps(read.filters[number], row, subjects[row])) return number;
    }
    return KEPT;
  }

  inside(read, subject) {
    return read.filters.every((part) => !part.by_subject || this.bit(part.keeps, subject));
  }

  // What marks mean to a read: rows it keeps, rows that could come in, subjects of new records.
  // With `any` the first of them is enough; without `exists` it does not matter whether rows are there.
  hits(read, marks, exists = true, any = false) {
    const marked = marks.cells.get(read.table) || new Map();
    const found = { kept: [], entering: [], born: [] };
    const subjects = this.subjectOf(read.table);
    const seen = new Set();
    for (const name of namesOf(read, exists)) {
      if (!marked.has(name)) continue;
      for (const row of marked.get(name).values()) {
        if (seen.has(row)) continue;
        seen.add(row);
        const state = this.state(read, row, subjects);
        if (state === KEPT) found.kept.push(row);
        else if (read.filters[state].columns.some((column) => marked.has(column) && marked.get(column).has[row])) found.entering.push(row);
        else continue;
        if (any) return found;
      }
    }
    const born = marks.born.get(read.table);
    if (born) for (const subject of born.values()) if (this.inside(read, subject)) found.born.push(subject);
    return found;
  }

  column(marks, table, name) {
    if (!marks.cells.has(table)) marks.cells.set(table, new Map());
    const columns = marks.cells.get(table);
    if (!columns.has(name)) columns.set(name, new Rows(this.rows(table)));
    return columns.get(name);
  }

  // Every cell that may change when these cells, [table, row, column], do.
  reached(cells) {
    const marks = { cells: new Map(), born: new Map() };
    const waiting = new Set();
    for (const [table, row, name] of cells) {
      this.column(marks, table, name).add(row);
      waiting.add(table);
    }
    for (const table of waiting) {
      waiting.delete(table);
      for (const made of this.byInput.get(table) || []) if (this.spread(made, marks)) waiting.add(made.table);
    }
    return marks;
  }

  spread(made, marks) {
    const rows = new Set();
    const born = new Set();
    for (const read of made.reads) this.madeFrom(made, read, marks, rows, born);
    let fresh = false;
    for (const row of rows) {
      if (made.rows !== null && !this.bit(made.rows, row)) continue;
      for (const name of made.columns) if (this.column(marks, made.table, name).add(row)) fresh = true;
    }
    if (made.columns.includes(EXISTENCE) && born.size) {
      if (!marks.born.has(made.table)) marks.born.set(made.table, new Rows(this.size));
      for (const subject of born) if (marks.born.get(made.table).add(subject)) fresh = true;
    }
    return fresh;
  }

  // The derived rows that marked rows of one read make, and the subjects of new ones.
  madeFrom(made, read, marks, rows, born) {
    const { kept, entering, born: fresh } = this.hits(read, marks, asksExistence(made, read));
    if (!kept.length && !entering.length && !fresh.length) return;
    if (read.link === 'all') {
      for (let row = 0; row < this.rows(made.table); row += 1) rows.add(row);
      for (let subject = 0; subject < this.size; subject += 1) born.add(subject);
      return;
    }
    const of = this.subjectOf(read.table);
    const subjects = new Set(fresh);
    const chosen = read.link === 'subject' ? [...kept, ...entering] : entering;
    for (const row of chosen) if (of[row] >= 0) subjects.add(of[row]);
    subjects.forEach((subject) => born.add(subject));
    if (read.link === 'subject') {
      for (const subject of subjects) for (const row of this.rowsOf(made.table, subject)) rows.add(row);
      return;
    }
    for (const list of [kept, entering]) for (const row of list) for (const one of this.madeOf(made.table, read.table, row)) rows.add(one);
  }

  link(made, source) {
    const number = this.links.get(`${made}\n${source}`);
    return number === undefined ? null : this.held(number);
  }

  // The rows of a table that were made from one row of another.
  madeOf(made, source, row) {
    if (made === source) return [row];
    const key = `${made}\n${source}`;
    if (!this.links.has(key)) return [];
    if (!this.inverse.has(key)) this.inverse.set(key, grouped(this.link(made, source), this.rows(source)));
    return this.inverse.get(key).of(row);
  }

  // The reads that marks touch.
  touchedBy(marks) {
    const touched = new Set();
    this.reads.forEach((read, number) => {
      if (!marks.cells.has(read.table) && !marks.born.has(read.table)) return;
      const { kept, entering, born } = this.hits(read, marks, true, true);
      if (kept.length || entering.length || born.length) touched.add(number);
    });
    return touched;
  }

  // Displays in which a number may appear or vanish with these marks.
  displaysOf(marks) {
    const touched = this.touchedBy(marks);
    return this.displays.filter(([, reads]) => reads.some((read) => touched.has(read))).map(([id]) => id)
      .sort((one, other) => displayNumber(one) - displayNumber(other));
  }

  // The positions of the printed numbers that may change with these marks.
  numbersOf(marks) {
    const touched = this.touchedBy(marks);
    const sets = this.numbers.reads.map((reads) => reads.some((read) => touched.has(read)));
    const found = [];
    this.numbers.read.forEach((set, position) => { if (sets[set]) found.push(position); });
    return found;
  }

  affected(cells) { return this.numbersOf(this.reached(cells)); }
}

// The index with its arrays; an array is decoded when it is first asked for.
let opened = null;
const openIndex = () => {
  opened ||= (async () => {
    const [document, where, numbers] = await Promise.all([documentOf('index'), documentOf('arrays'), documentOf('numbers')]);
    const blocks = await Promise.all(Array.from({ length: packs.get('arrays').count - 1 }, (_, at) => piece('arrays', at + 1)));
    const made = new Array(where.size.length);
    const held = (number) => {
      const block = blocks[where.block[number]];
      const start = where.start[number];
      const size = where.size[number];
      made[number] ||= where.bits[number] ? block.subarray(start, start + Math.ceil(size / 8)) : integers(block, start, size);
      return made[number];
    };
    return new Index(document, held, numbers);
  })();
  return opened;
};

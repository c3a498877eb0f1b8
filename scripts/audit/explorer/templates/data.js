// Packs: pieces of the file, unpacked when they are asked for. The layout of each is described in
// results/README.md; codes.py and columns.py write what is read here.
const packs = new Map();
for (const node of document.querySelectorAll('script[data-pack]')) {
  const sizes = node.dataset.sizes.split(' ').map(Number);
  const starts = [0];
  sizes.forEach((size) => starts.push(starts[starts.length - 1] + size));
  packs.set(node.dataset.pack, { text: node.textContent, starts, count: sizes.length });
}

const toBytes = (text) => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
};

const inflate = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

// Unpacked pieces, those asked for last; the oldest go first.
const unpacked = new Map();
const KEPT_PIECES = 400;
const piece = (name, number) => {
  const key = `${name} ${number}`;
  let found = unpacked.get(key);
  if (found) unpacked.delete(key);
  else {
    const { text, starts } = packs.get(name);
    found = inflate(toBytes(text.slice(starts[number], starts[number + 1])));
    if (unpacked.size >= KEPT_PIECES) unpacked.delete(unpacked.keys().next().value);
  }
  unpacked.set(key, found);
  return found;
};

const documents = new Map();
const documentOf = (name, number = 0) => {
  const key = `${name} ${number}`;
  if (!documents.has(key)) {
    documents.set(key, piece(name, number).then((bytes) => {
      unpacked.delete(key);
      return JSON.parse(new TextDecoder().decode(bytes));
    }));
  }
  return documents.get(key);
};

// Whole numbers: a byte of form, then the bytes of the numbers, one plane a byte.
const DELTA = 8;
const SIGNED = 16;
const integers = (bytes, at, count) => {
  const form = bytes[at];
  const width = form & 7;
  const first = at + 1;
  const numbers = new Int32Array(count);
  const folded = (form & (DELTA | SIGNED)) !== 0;
  let sum = 0;
  for (let row = 0; row < count; row += 1) {
    let value = bytes[first + row];
    for (let plane = 1; plane < width; plane += 1) value |= bytes[first + plane * count + row] << (8 * plane);
    if (folded) value = (value >>> 1) ^ -(value & 1);
    if (form & DELTA) {
      sum += value;
      value = sum;
    }
    numbers[row] = value;
  }
  return numbers;
};
const lengthOf = (bytes, at, count) => 1 + (bytes[at] & 7) * count;

const DAY = 86400000;
const isoDay = (days) => new Date(days * DAY).toISOString().slice(0, 10);

// A table: rows in pieces, columns as codes; 0 is missing.
class Table {
  constructor(name, described, places, size) {
    Object.assign(this, { name, rows: described.rows, names: described.names, columns: described.columns });
    this.pack = name;
    this.inPiece = described.piece;
    this.starts = integers(places, 0, size + 1);
    this.order = described.ordered ? null : integers(places, lengthOf(places, 0, size + 1), described.rows);
  }

  // The rows of a subject, as row numbers in the file.
  rowsOf(subject) {
    const rows = [];
    for (let at = this.starts[subject]; at < this.starts[subject + 1]; at += 1) rows.push(this.order ? this.order[at] : at);
    return rows;
  }

  async codes(number) {
    const bytes = await piece(this.pack, number + 2);
    const count = Math.min(this.inPiece, this.rows - number * this.inPiece);
    let at = 0;
    return this.names.map(() => {
      const start = at;
      at += lengthOf(bytes, start, count);
      let made = null;
      return () => (made ||= integers(bytes, start, count));
    });
  }

  value(column, code) {
    if (code === 0) return null;
    const { kind, base, values } = this.columns[column];
    if (kind === 'integer') return base + code - 1;
    return kind === 'date' ? isoDay(base + code - 1) : values[code - 1];
  }

  // Records by row number, as objects; `$row` is the row.
  async records(rows, names = this.names) {
    const chosen = names.map((name) => this.names.indexOf(name)).filter((column) => column >= 0);
    const pieces = new Map();
    for (const row of rows) {
      const number = Math.floor(row / this.inPiece);
      if (!pieces.has(number)) pieces.set(number, await this.codes(number));
    }
    return Array.from(rows, (row) => {
      const number = Math.floor(row / this.inPiece);
      const record = { $row: row };
      for (const column of chosen) {
        record[this.names[column]] = this.value(column, pieces.get(number)[column]()[row - number * this.inPiece]);
      }
      return record;
    });
  }

  // The codes of one column in all rows.
  async column(name) {
    const column = this.names.indexOf(name);
    const whole = new Int32Array(this.rows);
    for (let number = 0; number * this.inPiece < this.rows; number += 1) {
      whole.set((await this.codes(number))[column](), number * this.inPiece);
    }
    return whole;
  }
}

let subjectCount = 0;
const tables = new Map();
const tableOf = (name) => {
  if (!tables.has(name)) {
    const pack = packs.has(`table:${name}`) ? `table:${name}` : name;
    tables.set(name, Promise.all([documentOf(pack), piece(pack, 1)]).then(([described, places]) => {
      const table = new Table(name, described, places, subjectCount);
      table.pack = pack;
      return table;
    }));
  }
  return tables.get(name);
};

// The picture of a subject: the curve on the axes that all pictures share, marks under it on the
// same days, and the clauses of one verdict by assessment. Every mark leads to its record.
const TOP = 22;
const CURVE = 190;
const LANE = 20;
const MARK = { met: 'met', not: 'not met', unasked: 'not reached' };

const mark = (node, title, target) => s('a', { href: target, tabindex: '-1' }, node, s('title', {}, title));
const dot = (state, x, y) => {
  if (state === MARK.unasked) return s('circle', { class: 'unasked', cx: x, cy: y, r: 1.6 });
  return s('circle', { class: state === MARK.met ? 'met' : 'unmet', cx: x, cy: y, r: state === MARK.met ? 4 : 3.4 });
};

// What the lines across the curve are.
const linesOf = (curve) => [curve.lines_at && `dashed: ${curve.lines_at.join(', ')}`,
  curve.baseline_fold && `dotted: ${curve.baseline_fold} × own baseline`].filter(Boolean);

// Places in order, moved apart where they are closer than `room`, none beyond `last`.
const apart = (sorted, room, last) => {
  const moved = [];
  for (const one of sorted) moved.push(moved.length ? Math.max(one, moved[moved.length - 1] + room) : one);
  let limit = last;
  for (let at = moved.length - 1; at >= 0; at -= 1) {
    moved[at] = Math.min(moved[at], limit);
    limit = moved[at] - room;
  }
  return moved;
};

class Picture {
  constructor(width) {
    this.frame = head.picture.frame;
    this.wide = width >= 620;
    this.width = Math.max(width, 330);
    this.left = this.wide ? 215 : 34;
    this.right = this.width - 34;
    this.svg = s('svg', { class: 'picture', role: 'img' });
    this.y = TOP + CURVE + 14;
    this.grid = s('g', { class: 'days' });
    this.svg.append(this.grid);
  }

  x(day) {
    const [low, high] = this.frame.x;
    return this.left + 5 + ((Math.min(Math.max(day, low), high) - low) / (high - low)) * (this.right - this.left - 10);
  }

  height(value) {
    const scale = this.frame.log ? Math.log : Number;
    const inside = Math.min(Math.max(value, this.frame.low), this.frame.high);
    const share = (scale(this.frame.high) - scale(inside)) / (scale(this.frame.high) - scale(this.frame.low));
    return TOP + CURVE * share;
  }

  add(...nodes) { this.svg.append(...nodes.flat().filter(Boolean)); }

  words(x, y, text, properties) { this.add(s('text', { x, y, ...properties }, text)); }

  // The words of a row: beside it where there is room, else above.
  label(text, properties = {}) {
    if (!this.wide) {
      this.words(0, this.y + 11, text, { class: 'label', ...properties });
      this.y += 15;
      return 0;
    }
    const lines = [''];
    for (const word of text.split(' ')) {
      if (`${lines[lines.length - 1]} ${word}`.length > 36) lines.push(word);
      else lines[lines.length - 1] += `${lines[lines.length - 1] && ' '}${word}`;
    }
    lines.forEach((line, at) => this.words(0, this.y + 14 + at * 13, line, { class: 'label', ...properties }));
    return Math.max(0, lines.length - 1) * 13;
  }

  scales(baseline) {
    const { curve } = head.picture;
    for (const tick of this.frame.y_ticks) {
      this.add(s('path', { class: 'tick', d: `M${this.left} ${this.height(tick)}H${this.right}` }));
      this.words(this.left - 5, this.height(tick) + 3.5, tick, { 'text-anchor': 'end' });
    }
    for (const line of curve.lines_at || []) {
      this.add(s('path', { class: 'threshold', d: `M${this.left} ${this.height(line)}H${this.right}` }));
      this.words(this.right + 4, this.height(line) + 3.5, line, { class: 'at' });
    }
    if (curve.baseline_fold && baseline !== null) {
      this.add(s('path', { class: 'fold', d: `M${this.left} ${this.height(curve.baseline_fold * baseline)}H${this.right}` },
        s('title', {}, `${curve.baseline_fold} × own baseline: ${curve.baseline_fold * baseline}`)));
    }
    if (this.wide) {
      linesOf(curve).forEach((text, at) => this.words(0, TOP + 8 + at * 14, text, { class: 'label pale' }));
    }
  }

  curve(records, file) {
    const placed = records.filter((one) => one.ADAYS !== null && one.AVAL !== null).sort((a, b) => a.ADAYS - b.ADAYS);
    this.add(s('path', { class: 'curve', d: placed.map((one, at) => `${at ? 'L' : 'M'}${this.x(one.ADAYS).toFixed(1)} ${this.height(one.AVAL).toFixed(1)}`).join('') }));
    this.add(placed.map((one) => mark(s('circle', { class: one.marked ? 'value marked' : 'value', cx: this.x(one.ADAYS), cy: this.height(one.AVAL), r: 3.4 }),
      `${one.AVISIT ? `${one.AVISIT}, ` : ''}day ${one.ADAYS}: ${one.AVAL}`, recordHash(file, one.$row))));
  }

  lane(title, draw, properties) {
    const deeper = this.label(title, properties);
    draw(this.y + LANE / 2);
    this.y += LANE + deeper;
  }

  grades(title, records, file) {
    const known = records.filter((one) => one.ADAYS !== null && one.AVAL !== null).sort((a, b) => a.ADAYS - b.ADAYS);
    const at = apart(known.map((one) => this.x(one.ADAYS)), 7.5, this.right);
    this.lane(title, (y) => this.add(known.map((one, place) => mark(
      s('text', { class: one.AVAL > 0 ? 'grade some' : 'grade', x: at[place], y: y + 4, 'text-anchor': 'middle' }, one.AVAL),
      `${one.AVISIT ? `${one.AVISIT}, ` : ''}day ${one.ADAYS}: ${title} ${one.AVAL}`, recordHash(file, one.$row)))));
  }

  medications(title, records) {
    this.lane(title, (y) => this.add(records.filter((one) => one.ADAYS !== null).flatMap((one) => {
      const x = this.x(one.ADAYS);
      return [s('path', { class: 'rescue', d: `M${x} ${TOP}V${y - 6}` }), mark(s('path', { class: 'triangle', d: `M${x - 5} ${y - 5}h10l-5 9z` }),
        `day ${one.ADAYS}: ${[one.CMTRT, one.CMINDC].filter(Boolean).join(', ')}`, recordHash('derive/adcm', one.$row))];
    })));
  }

  exposure(title, records) {
    this.lane(title, (y) => this.add(records.filter((one) => one.ADAYS !== null).map((one) => {
      const last = one.ADAYS + (one.ADURN || 1);
      const x = this.x(one.ADAYS);
      return mark(s('rect', { class: 'dose', x, y: y - 4, height: 8, width: Math.max(2.4, this.x(last) - x - 0.8) }),
        `day ${one.ADAYS}${last > one.ADAYS + 1 ? ` to ${last - 1}` : ''}: ${[one.EXDOSE, one.EXDOSU].filter((part) => part !== null).join(' ')}`, recordHash('derive/adex', one.$row));
    })));
  }

  visits(title, visits) {
    this.lane(title, (y) => this.add(visits.map((one) => {
      const x = this.x(one.day);
      const d = one.row === null ? `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` : `M${x} ${y - 5}v10`;
      const node = s('path', { class: one.row === null ? 'visit missed' : 'visit', d }, s('title', {}, `${one.label}: ${one.row === null ? 'missed' : `attended on day ${one.day}`}`));
      return one.row === null ? node : mark(node, `${one.label}, day ${one.day}`, recordHash('ingest/sdtm/sv', one.row));
    })));
  }

  clauses(title, lanes) {
    this.y += 4;
    this.words(0, this.y + 13, title, { class: 'label strong' });
    this.y += LANE;
    for (const lane of lanes) {
      this.lane(lane.words, (y) => this.add(lane.marks.map((one) => mark(dot(one.state, one.day === null ? this.left + 5 : this.x(one.day), y),
        `${lane.words}: ${one.state}${one.day === null ? '' : `, day ${one.day}`}`, recordHash('derive/decisions', one.row)))),
      { class: lane.failed ? 'label failed' : 'label' });
    }
  }

  finish(ends, alternative) {
    const bottom = this.y + 4;
    for (const [day, label] of this.frame.x_ticks) {
      this.grid.append(s('path', { class: 'day', d: `M${this.x(day)} ${TOP}V${bottom}` }));
      this.words(this.x(day), bottom + 13, label, { 'text-anchor': 'middle' });
    }
    this.words((this.left + this.right) / 2, bottom + 28, this.frame.axis, { 'text-anchor': 'middle' });
    ends.slice(0, 2).forEach(([day, text], at) => {
      const right = this.x(day) < (this.left + this.right) / 2;
      this.add(s('path', { class: 'end', d: `M${this.x(day)} ${TOP}V${bottom}` }));
      this.words(this.x(day) + (right ? 5 : -5), TOP - 3 + at * 13, text, { class: 'strong', 'text-anchor': right ? 'start' : 'end' });
    });
    this.svg.setAttribute('viewBox', `0 0 ${this.width} ${bottom + 34}`);
    this.svg.setAttribute('aria-label', alternative);
    return this.svg;
  }
}

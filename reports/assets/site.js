// Sorts a table by a column, and shows only rows with given words; both are kept while the window is
// open. Without this script tables are whole, in the order of the paper.
(() => {
  // What the reader chose on this page. Storage may be forbidden: then nothing is kept.
  const kept = {
    key: `redistill ${location.pathname}`,
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(this.key)) ?? {};
      } catch {
        return {};
      }
    },
    write(name, value) {
      const all = this.read();
      if (value === null) delete all[name];
      else all[name] = value;
      try {
        sessionStorage.setItem(this.key, JSON.stringify(all));
      } catch {
        // Sorting and filtering work all the same.
      }
    },
  };

  const number = new Intl.Collator('en', { numeric: true });

  function sortValue(row, index) {
    const cell = row.cells[index];
    const sort = cell.dataset.sort;
    return sort === undefined ? cell.textContent.trim() : sort;
  }

  // Empty values stay at the end whichever way the column is sorted.
  function compare(one, other, direction) {
    if (one === '' || other === '') return (one === '') - (other === '');
    const a = Number(one);
    const b = Number(other);
    const order = Number.isNaN(a) || Number.isNaN(b) ? number.compare(one, other) : a - b;
    return direction === 'ascending' ? order : -order;
  }

  const next = { none: 'descending', descending: 'ascending', ascending: 'none' };

  function makeSortable(table, place) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    if (original.length < 2) return;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      const arrow = document.createElement('span');
      arrow.className = 'arrow';
      arrow.setAttribute('aria-hidden', 'true');
      // Beside the name of the column, not below what stands under it.
      button.insertBefore(arrow, button.querySelector('.teacher, .parts'));
      head.append(button);
      button.addEventListener('click', () => {
        const direction = next[head.getAttribute('aria-sort') || 'none'];
        sort(index, direction);
        kept.write(`sort ${place}`, direction === 'none' ? null : [index, direction]);
      });
    });

    function sort(index, direction) {
      for (const each of heads) each.removeAttribute('aria-sort');
      if (direction === 'none') {
        body.append(...original);
        return;
      }
      heads[index].setAttribute('aria-sort', direction);
      body.append(
        ...original.toSorted((one, other) =>
          compare(sortValue(one, index), sortValue(other, index), direction),
        ),
      );
    }

    const [index, direction] = kept.read()[`sort ${place}`] ?? [];
    if (heads[index] && next[direction]) sort(index, direction);
  }

  // Below this many rows a reader sees them all.
  const fewest = 6;

  function makeFilterable(table, index) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < fewest) return;
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const box = document.createElement('div');
    box.className = 'filter';
    const label = document.createElement('label');
    const input = document.createElement('input');
    const count = document.createElement('output');
    input.type = 'search';
    input.id = `filter-${index + 1}`;
    label.htmlFor = input.id;
    label.textContent = 'Rows with';
    input.placeholder = 'words, such as kd below';
    count.htmlFor.add(input.id);
    box.append(label, input, count);
    const frame = table.closest('.scroll') || table;
    frame.before(box);
    function filter() {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        row.hidden = !words.every((word) => texts[place].includes(word));
        if (!row.hidden) shown += 1;
      });
      count.textContent = words.length === 0 ? '' : `${shown} of ${rows.length} rows`;
    }

    input.addEventListener('input', () => {
      filter();
      kept.write(`filter ${index}`, input.value === '' ? null : input.value);
    });
    input.value = kept.read()[`filter ${index}`] ?? '';
    filter();
  }

  // A result of the search names a method or a pair by its text: `#find=KD%2BLSKD`.
  function showFound() {
    const [, name] = /^#find=(.+)$/.exec(location.hash) ?? [];
    if (name === undefined) return;
    const text = decodeURIComponent(name);
    const heads = [...document.querySelectorAll('main th, main h2, main h3')];
    const textOf = (head) => {
      const walker = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const own = walker.currentNode.data.trim();
        if (own !== '') return own;
      }
      return '';
    };
    const head =
      heads.find((one) => textOf(one) === text) ??
      heads.find((one) => textOf(one).startsWith(text));
    if (head === undefined) return;
    for (const one of document.querySelectorAll('.found')) one.classList.remove('found');
    const row = head.closest('tbody tr');
    if (row !== null) row.hidden = false;
    (row ?? head).classList.add('found');
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: 'center', inline: 'center' });
  }

  document.querySelectorAll('table[data-sortable]').forEach(makeSortable);
  document.querySelectorAll('table[data-filterable]').forEach(makeFilterable);
  showFound();
  addEventListener('hashchange', showFound);
})();

// Sorts a table by a column. Without this script tables keep the order of the paper.
(() => {
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

  function makeSortable(table) {
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
      button.insertBefore(arrow, button.querySelector('.teacher'));
      head.append(button);
      button.addEventListener('click', () => {
        const direction = next[head.getAttribute('aria-sort') || 'none'];
        for (const each of heads) each.removeAttribute('aria-sort');
        if (direction === 'none') {
          body.append(...original);
          return;
        }
        head.setAttribute('aria-sort', direction);
        body.append(
          ...original.toSorted((one, other) =>
            compare(sortValue(one, index), sortValue(other, index), direction),
          ),
        );
      });
    });
  }

  document.querySelectorAll('table[data-sortable]').forEach(makeSortable);
})();

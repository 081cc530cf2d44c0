// Sorting and filtering of tables. Without this script the page shows the same rows in the order that they came in.
"use strict";
document.documentElement.classList.add("live");
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sign = down ? -1 : 1;
      const numeric = head.classList.contains("number");
      rows.sort((one, other) => {
        const a = key(one, column), b = key(other, column);
        if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;  // nothing stands last either way
        return sign * (numeric ? Number(a) - Number(b) : a.localeCompare(b));
      });
      body.append(...rows);
    });
  });
  const filters = document.querySelector(`[data-filters="${table.id}"]`);
  if (!filters) continue;
  const shown = filters.querySelector("output");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const apply = () => {
    let count = 0;
    const wanted = Array.from(filters.querySelectorAll("input, select"))
      .filter((input) => input.value !== "")
      .map((input) => [input.dataset.field, input.value.toLowerCase()]);
    rows.forEach((row) => {
      row.hidden = !wanted.every(([field, value]) =>
        field === "text" ? texts.get(row).includes(value) : row.getAttribute(`data-${field}`) === value);
      count += row.hidden ? 0 : 1;
    });
    shown.textContent = `${count} of ${rows.length} rows`;
  };
  filters.addEventListener("input", apply);
  apply();
}

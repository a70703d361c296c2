import { escapeHtml } from './escape.ts';

/** Counts the definitions of a page, so that each has an id of its own. */
export interface TermMaker {
  /** A term with its definition on hover and focus. */
  term(label: string, definition: string): string;
}

/** One maker a page: the same document is the same bytes. */
export function createTermMaker(): TermMaker {
  let count = 0;
  return {
    term(label, definition): string {
      if (definition === '') return escapeHtml(label);
      count += 1;
      const id = `tip-${count}`;
      return (
        `<button type="button" class="term" aria-describedby="${id}">${escapeHtml(label)}</button>` +
        `<span class="tip" role="tooltip" id="${id}">${escapeHtml(definition)}</span>`
      );
    },
  };
}

/** A section with a heading. */
export function panel(heading: string, content: string): string {
  return `<section class="panel"><h2>${escapeHtml(heading)}</h2>${content}</section>`;
}

/** A table that scrolls inside itself. Cells are HTML. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], rowHead: boolean): string {
  const header = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const body = rows
    .map((cells) => {
      const made = cells.map((cell, at) =>
        cell.startsWith('<td') ? cell : at === 0 && rowHead ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`,
      );
      return `<tr>${made.join('')}</tr>`;
    })
    .join('');
  return `<div class="scroll" tabindex="0"><table><thead><tr>${header}</tr></thead><tbody>${body}</tbody></table></div>`;
}

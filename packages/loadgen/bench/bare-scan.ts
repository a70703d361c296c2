/** Finds event ends, counts tokens and detects the end, as cheaply as plain JavaScript strings allow. */
export class BareScan {
  tokens = 0;
  isDone = false;
  #rest = '';

  push(text: string): void {
    const all = this.#rest === '' ? text : this.#rest + text;
    let start = 0;
    for (let end = all.indexOf('\n\n', start); end >= 0; end = all.indexOf('\n\n', start)) {
      const content = all.indexOf('"content":"', start);
      if (content >= 0 && content < end && all.charCodeAt(content + 11) !== 34) this.tokens += 1;
      else if (all.startsWith('data: [DONE]', end - 12)) this.isDone = true;
      start = end + 2;
    }
    this.#rest = start === all.length ? '' : all.slice(start);
  }
}

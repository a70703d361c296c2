/** Shows the definition of a term on hover and on focus, inside the window, and hides it on Escape. */
export function installTooltips(): void {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'tooltip');
  tip.hidden = true;
  document.body.append(tip);
  const hide = (): void => {
    tip.hidden = true;
  };
  const show = (element: HTMLElement): void => {
    tip.textContent = element.dataset['definition'] ?? '';
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const left = Math.max(12, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 12));
    const isBelow = box.bottom + tip.offsetHeight + 12 < innerHeight;
    const top = isBelow ? box.bottom + 6 : box.top - tip.offsetHeight - 6;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${top + scrollY}px`;
  };
  for (const element of document.querySelectorAll<HTMLElement>('.term')) {
    element.addEventListener('mouseenter', () => show(element));
    element.addEventListener('focus', () => show(element));
    element.addEventListener('mouseleave', hide);
    element.addEventListener('blur', hide);
  }
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
}

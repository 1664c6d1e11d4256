/**
 * The value of a colour of `style.css` in the present colour scheme, in a form that a canvas
 * understands.
 */
export function colour(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  element.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** The red, green and blue parts (0 to 255) of a colour that `colour` returned. */
export function channels(value: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (value.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** A figure with three significant digits, and with a short suffix from a thousand on. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trim(value / 1e9)}G`;
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e4) return `${trim(value / 1e3)}k`;
  return trim(value);
}

/**
 * The text of a value in the legend. uPlot gives null while there is no cursor, which its types do
 * not say.
 */
export function orDash(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
